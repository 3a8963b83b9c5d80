import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode } from '../lib/exit-code.ts';
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
    if (end.kind !== 'done') return end;
    if (!isWhereItBelongs(attempt)) return elsewhere;
    letInOthers(attempt.folder, wanted);
    return end;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The user's arguments can have led it elsewhere, or to something else than to make a cluster. */
function isWhereItBelongs({ folder, wal }: Attempt): boolean {
  if (!existsSync(join(folder, 'global/pg_control'))) return false;
  return wal === undefined || realpathSync(join(folder, 'pg_wal')) === realpathSync(wal.folder);
}

const elsewhere: ProgramEnd = {
  kind: 'failed',
  code: exitCode.configuration,
  message:
    'it made no cluster in the place that is meant for it. Take --pgdata, --waldir (with POSTGRES_INITDB_WALDIR) and what makes no cluster out of its arguments.',
};

function letInOthers(folder: string, wanted: NewCluster): void {
  const descriptor = openSync(join(folder, 'pg_hba.conf'), 'a');
  try {
    appendFileSync(descriptor, hostAccessLine(wanted));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
