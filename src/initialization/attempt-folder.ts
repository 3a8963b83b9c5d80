import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../lib/write-file-atomically.ts';
import { initializedFolder } from './data-directory.ts';
import { endAttempt } from './end-attempt.ts';

/** Where one attempt to make a cluster works. Its name is its own, so nothing left of an older one can write into it. */
export interface Attempt {
  /** The cluster, below PGDATA. */
  readonly folder: string;
  /** Its WAL, when that is to be elsewhere. */
  readonly wal: WalFolder | undefined;
}

interface WalFolder {
  readonly folder: string;
  /** Where it will be when the cluster is whole. */
  readonly destination: string;
}

const prefix = '.pg-instance-manager-initdb';
const attemptName = /^\.pg-instance-manager-initdb(?:-[A-Za-z0-9]{6})?$/;

/** https://www.postgresql.org/docs/18/wal-internals.html: WAL on a disk of its own is a link in the data folder. */
export function walDestination(walDirectory: string): string {
  return join(walDirectory, 'pg_wal');
}

/** `walDirectory` is there. */
export function openAttempt(dataDirectory: string, walDirectory: string | undefined): Attempt {
  const folder = mkdtempSync(join(dataDirectory, `${prefix}-`));
  if (walDirectory === undefined) return { folder, wal: undefined };
  const wal = walFolderOf(walDirectory, folder.slice(dataDirectory.length + 1));
  mkdirSync(wal, { mode: 0o700 });
  return { folder, wal: { folder: wal, destination: walDestination(walDirectory) } };
}

/** From now on the cluster is whole, and only has to be moved. */
export function markInitialized(dataDirectory: string, { folder, wal }: Attempt): void {
  if (wal !== undefined) settleWal(folder, wal);
  syncFolder(folder);
  renameSync(folder, join(dataDirectory, initializedFolder));
  syncFolder(dataDirectory);
}

/** First the link: when it leads to the place, and the folder of the attempt is gone, the place is that folder. */
function settleWal(attempt: string, wal: WalFolder): void {
  const link = join(attempt, 'pg_wal');
  rmSync(link);
  symlinkSync(wal.destination, link);
  syncFolder(attempt);
  renameSync(wal.folder, wal.destination);
  syncFolder(join(wal.destination, '..'));
}

/**
 * Removes what attempts that were cut off have left in PGDATA and for their WAL, and nothing else. What still works for
 * one of them is ended first.
 */
export async function removeAttempts(dataDirectory: string, walDirectory: string | undefined): Promise<void> {
  for (const name of readdirSync(dataDirectory).filter((entry) => attemptName.test(entry))) {
    const folder = join(dataDirectory, name);
    await endAttempt(folder);
    if (walDirectory !== undefined) removeWal(folder, walDirectory, name);
    // What was killed can still be at its last write.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

function removeWal(attempt: string, walDirectory: string, name: string): void {
  const own = walFolderOf(walDirectory, name);
  const destination = walDestination(walDirectory);
  const wasSettled = !existsSync(own) && linkTarget(join(attempt, 'pg_wal')) === destination;
  rmSync(wasSettled ? destination : own, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

function walFolderOf(walDirectory: string, name: string): string {
  return join(walDirectory, name);
}

function linkTarget(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
}
