import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A folder to mount as the configuration, which every user may read. */
export function folderWithConfiguration(text: string): string {
  const folder = temporaryFolder('configuration');
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'instance.yaml'), text, { mode: 0o644 });
  return folder;
}
