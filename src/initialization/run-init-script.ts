import { accessSync, constants } from 'node:fs';
import type { Readable } from 'node:stream';
import { gunzipped, unzstd } from './decompressed.ts';
import type { InitScript } from './init-script.ts';
import { outputOf, type ProgramEnd, runProgram } from './run-program.ts';

type Variables = Readonly<Record<string, string>>;

/** As the official image does it: an executable is executed, what is not is sourced, by a shell that stops at errors. */
export async function runInitScript(
  script: InitScript,
  environment: Variables,
  line: (line: string) => void,
  stop: AbortSignal,
): Promise<ProgramEnd> {
  const psql = (args: readonly string[], input?: Readable): Promise<ProgramEnd> =>
    runProgram(
      {
        file: 'psql',
        args: ['-v', 'ON_ERROR_STOP=1', '--no-password', '--no-psqlrc', ...args],
        environment,
        ...(input === undefined ? {} : { input }),
      },
      line,
      stop,
    );
  switch (script.kind) {
    case 'ignored':
      return { kind: 'done' };
    case 'sql':
      return psql(['--file', script.path]);
    case 'sql.gz':
      return psql([], gunzipped(script.path));
    case 'sql.zst':
      return psql([], unzstd(script.path));
    case 'sql.xz':
      return psql([], outputOf('xz', ['--decompress', '--stdout', script.path], environment));
    case 'shell':
      return runProgram({ ...shell(script.path, environment), environment }, line, stop);
  }
}

/** By way of the shell, because an executable script without a first line for the kernel is one for the shell. */
const execute = '"$0"';
/** docker_process_sql is what scripts for the official image call; what it needs besides is in the environment. */
const source = 'docker_process_sql() { psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc "$@"; }; . "$0"';
/** Our own end is a socket, and a script that opens /dev/stderr needs something that can be opened. */
const throughPipe = 'exec > >(exec cat) 2>&1; ';

function shell(path: string, environment: Variables): { readonly file: string; readonly args: readonly string[] } {
  const bash = executableOnPath('bash', environment['PATH'] ?? '');
  if (bash === undefined) return { file: '/bin/sh', args: ['-ec', mayExecute(path) ? execute : source, path] };
  const run = mayExecute(path) ? execute : source;
  return { file: bash, args: ['-Eeo', 'pipefail', '-c', `${throughPipe}${run}`, path] };
}

function executableOnPath(name: string, path: string): string | undefined {
  return path
    .split(':')
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => `${folder}/${name}`)
    .find(mayExecute);
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
