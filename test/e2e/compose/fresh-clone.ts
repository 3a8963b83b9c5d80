import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A folder with what a clone of this repository would have if everything in it were committed. */
export async function freshClone(): Promise<string> {
  const folder = temporaryFolder('clone');
  const { stdout } = await execa(
    'git',
    ['-c', `safe.directory=${root.slice(0, -1)}`, 'ls-files', '-z', '-co', '--exclude-standard'],
    {
      cwd: root,
    },
  );
  for (const path of stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))) {
    cpSync(join(root, path), join(folder, path));
  }
  return folder;
}
