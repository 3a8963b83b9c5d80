import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { privatePort } from './private-settings.ts';

/** Where everything of one run is; nobody else can enter. */
export interface WorkFolder {
  readonly path: string;
  readonly socketFolder: string;
  /** The one place that removes what a run has made. May be called twice. */
  readonly remove: () => void;
}

/** sun_path of unix(7), without the NUL at its end. */
const longestSocketPath = 107;
const shortFolder = '/tmp';

/** In `temporary`; the socket goes elsewhere if its path would be too long there. Throws what the file system says. */
export function makeWorkFolder(temporary: string): WorkFolder {
  const path = mkdtempSync(join(temporary, 'pgim-verify-'));
  const made = [path];
  const remove = (): void => {
    // What was killed can still be at its last write.
    for (const one of made) rmSync(one, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  try {
    chmodSync(path, 0o700);
    const isLong = Buffer.byteLength(`${path}/socket/.s.PGSQL.${privatePort}`) > longestSocketPath;
    const socketFolder = isLong ? mkdtempSync(join(shortFolder, 'pgim-verify-')) : join(path, 'socket');
    if (isLong) made.push(socketFolder);
    else mkdirSync(socketFolder, { mode: 0o700 });
    return { path, socketFolder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
