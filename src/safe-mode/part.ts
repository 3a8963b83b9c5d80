/** One thing that PostgreSQL is started with and that can keep it from starting. */
export type Part =
  | { readonly kind: 'parameter'; readonly name: string; readonly value: string; readonly from: ParameterSource }
  /** A library of shared_preload_libraries. */
  | { readonly kind: 'library'; readonly name: string }
  /** What an image adds to the environment of the postmaster: its folders in LD_LIBRARY_PATH and PATH, its variables. */
  | { readonly kind: 'image'; readonly name: string; readonly value: string }
  /** The user's own settings file as a whole: PostgreSQL takes all of it or does not start. */
  | { readonly kind: 'file'; readonly path: string; readonly value: string }
  /** Those lines of the user's own settings file, and of what it includes, that PostgreSQL does not take. */
  | { readonly kind: 'lines'; readonly path: string; readonly value: string };

export type ParameterSource = 'the command line' | 'ALTER SYSTEM' | 'the configuration' | 'postgresql.conf';

/** A part that is left out, and what PostgreSQL has instead of it. */
export interface Exclusion {
  readonly part: Part;
  /** Of a parameter: the value that it has instead; undefined: whatever it has without that one. */
  readonly instead: string | undefined;
}

export function isSamePart(one: Part, other: Part): boolean {
  if (one.kind === 'parameter' && other.kind === 'parameter')
    return one.name === other.name && one.value === other.value;
  if (one.kind === 'library' && other.kind === 'library') return one.name === other.name;
  if (one.kind === 'image' && other.kind === 'image') return one.name === other.name && one.value === other.value;
  if (one.kind === 'file' && other.kind === 'file') return one.path === other.path && one.value === other.value;
  return one.kind === 'lines' && other.kind === 'lines' && one.path === other.path && one.value === other.value;
}

/** For sentences: "the parameter shared_buffers = 1TB of ALTER SYSTEM". Values may be secrets of the user. */
export function describePart(part: Part): string {
  switch (part.kind) {
    case 'parameter':
      return `the parameter ${part.name} of ${part.from}`;
    case 'library':
      return `the preloaded library ${part.name}`;
    case 'image':
      return `the environment of the extension ${part.name}`;
    case 'file':
      return `the settings file ${part.path}`;
    case 'lines':
      return `the lines of the settings file ${part.path} that it does not take`;
  }
}

type Parameter = Extract<Part, { kind: 'parameter' }>;

/** Where a value has to stand in order to beat the one of the part. */
export function placeOf({ from }: Parameter): 'command line' | 'text' {
  return from === 'ALTER SYSTEM' || from === 'the command line' ? 'command line' : 'text';
}

/** Everybody may read a command line. */
const mayBeSecret = /conninfo|command|password|passphrase|secret|token/;

export function isPrivate({ name }: Parameter): boolean {
  return mayBeSecret.test(name);
}

/** What commits promise is not bought back with what was before. */
const promises: ReadonlySet<string> = new Set([
  ...['fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names', 'zero_damaged_pages'],
  ...['ignore_checksum_failure', 'ignore_invalid_pages', 'data_sync_retry'],
]);

export function isPromise({ name }: Pick<Parameter, 'name'>): boolean {
  return promises.has(name);
}

/** Without these a server would do what nobody wants: end a restore at another point, or let in whom it should not. */
const guarded = /recovery_target|restore_command|hba_file|ident_file|unix_socket_permissions/;

/** PostgreSQL rather stays down than runs without it. */
export function isGuarded({ name }: Pick<Parameter, 'name'>): boolean {
  return isPromise({ name }) || guarded.test(name);
}

/** Whether such a thing may have stood in a text that is no setting. */
export function mayHideGuarded(text: string): boolean {
  const lower = text.toLowerCase();
  return lower.includes('include') || guarded.test(lower) || [...promises].some((name) => lower.includes(name));
}
