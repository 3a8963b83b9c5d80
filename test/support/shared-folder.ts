import { chmodSync } from 'node:fs';
import { temporaryFolder } from './temporary-folder.ts';

/** A temporary folder that everybody may enter, as image volumes are. */
export function sharedFolder(purpose: string): string {
  const folder = temporaryFolder(purpose);
  chmodSync(folder, 0o755);
  return folder;
}
