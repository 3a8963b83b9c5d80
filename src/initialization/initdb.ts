import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt } from './attempt-folder.ts';
import { hostAccessLine, initdbArguments } from './initdb-arguments.ts';
import type { NewCluster } from './new-cluster.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';
import { openSecret } from './work-folder.ts';

export interface Initdb {
  readonly file: string;
  readonly attempt: Attempt;
  readonly workFolder: string;
  readonly wanted: NewCluster;
  readonly password: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Makes a new cluster with initdb (https://www.postgresql.org/docs/18/app-initdb.html). Sessions over the local socket are
 * trusted, those over the network need a password, unless the user's arguments say otherwise.
 */
export async function runInitdb(
  { file, attempt, workFolder, wanted, password, environment }: Initdb,
  line: (line: string) => void,
  stop: AbortSignal,
): Promise<ProgramEnd> {
  const descriptor = password === undefined ? undefined : openSecret(workFolder, password);
  try {
    const args = initdbArguments(wanted, {
      dataDirectory: attempt.folder,
      walDirectory: attempt.wal?.folder,
      // Neither on the command line, which everybody sees, nor in a file that could stay behind.
      passwordFile: descriptor === undefined ? undefined : '/proc/self/fd/3',
    });
    const secret = descriptor === undefined ? {} : { descriptor };
    const end = await runProgram({ file, args, environment, ...secret }, line, stop);
    if (end.kind === 'done') letInOthers(attempt.folder, wanted);
    return end;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function letInOthers(folder: string, wanted: NewCluster): void {
  const descriptor = openSync(join(folder, 'pg_hba.conf'), 'a');
  try {
    appendFileSync(descriptor, hostAccessLine(wanted));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
