import { chmodSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../lib/write-file-atomically.ts';
import { initdbFolder, initializedFolder } from './data-directory.ts';

/** What an initdb that was killed has left; it was only ever in a folder of its own. */
export function removeUnfinishedInitialization(dataDirectory: string): void {
  rmSync(join(dataDirectory, initdbFolder), { recursive: true, force: true });
}

/** From now on the cluster is whole, and only has to be moved. */
export function markInitialized(dataDirectory: string): void {
  renameSync(join(dataDirectory, initdbFolder), join(dataDirectory, initializedFolder));
  syncFolder(dataDirectory);
}

/**
 * Moves a new cluster into its data folder. It can be cut off anywhere and done again: what is not moved yet is still
 * in the folder, and PG_VERSION, without which no server starts, comes last.
 */
export function moveClusterUp(dataDirectory: string): void {
  const from = join(dataDirectory, initializedFolder);
  chmodSync(dataDirectory, statSync(from).mode & 0o777);
  const entries = readdirSync(from).filter((entry) => entry !== 'PG_VERSION');
  for (const entry of entries) renameSync(join(from, entry), join(dataDirectory, entry));
  syncFolder(dataDirectory);
  if (readdirSync(from).length > 0) renameSync(join(from, 'PG_VERSION'), join(dataDirectory, 'PG_VERSION'));
  rmdirSync(from);
  syncFolder(dataDirectory);
}
