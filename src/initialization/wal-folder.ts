import { readdirSync } from 'node:fs';
import { describeError, ExitError, errorCode } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { walDestination } from './attempt-folder.ts';

/** A new cluster begins its WAL anew; what somebody has there already is not ours. */
export function refuseUsedWalFolder(walDirectory: string): void {
  const destination = walDestination(walDirectory);
  try {
    if (readdirSync(destination).length === 0) return;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new ExitError(exitCode.system, `The WAL folder ${destination} cannot be read: ${describeError(error)}.`);
  }
  throw new ExitError(
    exitCode.configuration,
    `POSTGRES_INITDB_WALDIR has WAL already, in ${destination}, and PGDATA has no cluster that it could belong to; take it away, or give the new cluster another folder.`,
  );
}
