import type { Finding } from '../lib/finding.ts';

/** Where a library of the list was found; `unknown` when the server's own folder could not be told. */
export type LibraryLookup =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing'; readonly folders: readonly string[] }
  /** It is there, and would keep PostgreSQL from starting. */
  | { readonly kind: 'unloadable'; readonly path: string; readonly cause: string }
  | { readonly kind: 'unknown' };

export interface PreloadLibraries {
  readonly libraries: readonly string[];
  /** The same as they are given to a start: by their path where PostgreSQL would not find them by their name. */
  readonly atStart: readonly string[];
  readonly findings: readonly Finding[];
}

/** `pgaudit` and `pgaudit.so` are one library to PostgreSQL; the first spelling stays. */
export function mergeLibraryLists(...lists: readonly (readonly string[])[]): readonly string[] {
  const merged = new Map<string, string>();
  for (const name of lists.flat()) {
    const key = name.replace(/\.so$/, '');
    if (!merged.has(key)) merged.set(key, name);
  }
  return [...merged.values()];
}

/**
 * A library of shared_preload_libraries that cannot be found or loaded keeps PostgreSQL from starting
 * (https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-SHARED-PRELOAD-LIBRARIES): it is left out, and said.
 * `overriding` are the lookups in a dynamic_library_path of ALTER SYSTEM, which beats ours when PostgreSQL starts.
 */
export function checkPreloadLibraries(
  names: readonly string[],
  lookups: ReadonlyMap<string, LibraryLookup>,
  overriding?: ReadonlyMap<string, LibraryLookup>,
): PreloadLibraries {
  const libraries: string[] = [];
  const findings: Finding[] = [];
  for (const name of names) {
    const lookup = lookups.get(name);
    if (lookup?.kind === 'missing') findings.push(notFound(name, lookup.folders));
    else if (lookup?.kind === 'unloadable') findings.push(unloadable(name, lookup));
    else libraries.push(name);
  }
  const atStart = libraries.map((name) => {
    const lookup = lookups.get(name);
    return lookup?.kind === 'found' && overriding?.get(name)?.kind === 'missing' ? lookup.path : name;
  });
  return { libraries, atStart, findings };
}

/** The libraries that run by the names that are wanted, those that were given by their path included. */
export function asWanted(running: readonly string[], wanted: readonly string[]): readonly string[] {
  const byName = new Map(wanted.map((name) => [name.replace(/\.so$/, ''), name]));
  return running.map((one) => {
    const name = one.startsWith('/') ? one.slice(one.lastIndexOf('/') + 1).replace(/\.so$/, '') : one;
    return wanted.includes(one) ? one : (byName.get(name) ?? one);
  });
}

function notFound(name: string, folders: readonly string[]): Finding {
  return {
    severity: 'error',
    reason: 'PreloadLibraryNotFound',
    subject: `library/${name}`,
    message: `shared_preload_libraries names ${name}, but no such library is in ${folders.join(', ')}. PostgreSQL was started without it: mount the image that has it, or take it off the list.`,
  };
}

function unloadable(name: string, { path, cause }: Extract<LibraryLookup, { readonly kind: 'unloadable' }>): Finding {
  return {
    severity: 'error',
    reason: 'PreloadLibraryUnloadable',
    subject: `library/${name}`,
    message: `shared_preload_libraries names ${name}, but ${path} cannot be loaded: ${cause}. PostgreSQL was started without it: mount an image that fits this server, or take it off the list.`,
  };
}
