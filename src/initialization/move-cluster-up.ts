import { chmodSync, existsSync, lstatSync, readdirSync, renameSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { syncFolder } from '../lib/write-file-atomically.ts';
import { initializedFolder } from './data-directory.ts';

/** No server starts without these two, so they come last; the second is aside meanwhile, out of its folder. */
const version = 'PG_VERSION';
const control = 'pg_control';

/**
 * Moves a new cluster into its data folder. It can be cut off anywhere and done again: what is not moved yet is still
 * in the folder that it came from. Nothing that is there already is replaced.
 */
export function moveClusterUp(dataDirectory: string): void {
  const from = join(dataDirectory, initializedFolder);
  chmodSync(dataDirectory, statSync(from).mode & 0o777);
  if (existsSync(join(from, 'global', control))) renameSync(join(from, 'global', control), join(from, control));
  syncFolder(from);
  for (const entry of readdirSync(from)) {
    if (entry !== version && entry !== control) moveNew(join(from, entry), join(dataDirectory, entry));
  }
  syncFolder(dataDirectory);
  if (existsSync(join(from, version))) moveNew(join(from, version), join(dataDirectory, version));
  syncFolder(dataDirectory);
  if (existsSync(join(from, control))) moveNew(join(from, control), join(dataDirectory, 'global', control));
  syncFolder(join(dataDirectory, 'global'));
  rmdirSync(from);
  syncFolder(dataDirectory);
}

function moveNew(from: string, to: string): void {
  if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) {
    throw new ExitError(
      exitCode.configuration,
      `${to} is there already, and a new cluster was about to be moved in; nothing is replaced. Take away what does not belong to the new cluster, whose other part is in ${from}, and start again.`,
    );
  }
  renameSync(from, to);
}
