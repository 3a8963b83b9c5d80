import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { ExitError, errorCode } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

/** What PostgreSQL cannot do without, and has to be able to change: https://www.postgresql.org/docs/18/storage-file-layout.html */
const needed = ['global', 'global/pg_control', 'base', 'pg_wal', 'pg_xact', 'pg_multixact', 'pg_tblspc'];

/**
 * What can be seen of a cluster before PostgreSQL is started on it, and what it would only be tried for again and again, or
 * harmed by. Not for one on which PostgreSQL runs.
 */
export function refuseUnusableCluster(dataDirectory: string): void {
  refuseOthersFiles(dataDirectory);
  refuseLeftBackupLabel(dataDirectory);
}

function refuseOthersFiles(dataDirectory: string): void {
  const closed = needed.find((name) => isClosed(`${dataDirectory}/${name}`));
  if (closed === undefined) return;
  const { uid, gid } = statSync('/proc/self');
  throw new ExitError(
    exitCode.system,
    `PostgreSQL is to run with uid ${uid} and may not use ${dataDirectory}/${closed}, which belongs to uid ${ownerOf(`${dataDirectory}/${closed}`)}. Give it the data folder with all that is in it: chown -R ${uid}:${gid} ${dataDirectory}`,
  );
}

/** What is not there at all is PostgreSQL's to tell. */
function isClosed(path: string): boolean {
  try {
    const { R_OK, W_OK, X_OK } = constants;
    accessSync(path, statSync(path).isDirectory() ? R_OK | W_OK | X_OK : R_OK | W_OK);
    return false;
  } catch (error) {
    return errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM';
  }
}

function ownerOf(path: string): number | string {
  try {
    return statSync(path).uid;
  } catch {
    return 'of somebody else';
  }
}

/**
 * A backup is taken of a server that runs, or of a standby; so a folder that was shut down is none, and a backup_label in
 * it is left from somewhere else. PostgreSQL would take the folder for a backup whose WAL is missing, write that down, and
 * not start again, also not without the file. https://www.postgresql.org/docs/18/continuous-archiving.html
 */
function refuseLeftBackupLabel(dataDirectory: string): void {
  const label = `${dataDirectory}/backup_label`;
  if (!existsSync(label) || !wasShutDown(dataDirectory)) return;
  if (['recovery.signal', 'standby.signal'].some((name) => existsSync(`${dataDirectory}/${name}`))) return;
  throw new ExitError(
    exitCode.configuration,
    `The data folder ${dataDirectory} was shut down cleanly, and yet has a backup_label, which only a backup has: PostgreSQL would look for the end of that backup in vain, and not start again. If the folder is not a restored backup, move ${label} away; if it is one, restore all of it again, with its own global/pg_control.`,
  );
}

/** DB_SHUTDOWNED: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_control.h */
const shutDown = 1;
const stateOffset = 16;

function wasShutDown(dataDirectory: string): boolean {
  try {
    const descriptor = openSync(`${dataDirectory}/global/pg_control`, 'r');
    try {
      const start = Buffer.alloc(stateOffset + 4);
      return readSync(descriptor, start) === start.length && start.readInt32LE(stateOffset) === shutDown;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}
