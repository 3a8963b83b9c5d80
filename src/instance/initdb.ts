import { execa } from 'execa';

export interface Initialization {
  readonly initdb: string;
  readonly superuser: string;
  readonly passwordFile: string | undefined;
  readonly extraArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export type InitializationOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly code: number; readonly message: string };

/**
 * Makes a new cluster with initdb (https://www.postgresql.org/docs/18/app-initdb.html). Sessions over the local socket are
 * trusted, those over the network need a password, unless the extra arguments say otherwise. Told to stop, initdb
 * removes what it made.
 */
export async function runInitdb(
  initialization: Initialization,
  dataDirectory: string,
  line: (line: string) => void,
  stop: AbortSignal,
): Promise<InitializationOutcome> {
  const { superuser, passwordFile, extraArguments, environment } = initialization;
  const child = execa(
    initialization.initdb,
    [
      '--pgdata',
      dataDirectory,
      '--username',
      superuser,
      '--encoding=UTF8',
      '--auth-local=trust',
      '--auth-host=scram-sha-256',
      ...(passwordFile === undefined ? [] : ['--pwfile', passwordFile]),
      ...extraArguments,
    ],
    {
      cwd: '/',
      env: { ...environment },
      extendEnv: false,
      detached: true,
      stdin: 'ignore',
      all: true,
      lines: true,
      reject: false,
      cancelSignal: stop,
      forceKillAfterDelay: false,
    },
  );
  for await (const text of child.iterable({ from: 'all' })) if (text !== '') line(String(text));
  const result = await child;
  if (stop.aborted) return { kind: 'interrupted' };
  if (result.exitCode === 0) return { kind: 'done' };
  return { kind: 'failed', code: result.exitCode ?? 71, message: lastOf(result.all) ?? result.shortMessage ?? '' };
}

function lastOf(lines: readonly unknown[] | undefined): string | undefined {
  const last = lines?.findLast((line) => String(line).trim() !== '');
  return last === undefined ? undefined : String(last);
}
