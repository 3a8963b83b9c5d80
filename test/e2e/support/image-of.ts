import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { buildFlags } from './build-flags.ts';
import { engine } from './engine-command.ts';

/** Builds an image from the text of a Dockerfile and the files beside it. It goes at the end of the run. */
export async function imageOf(dockerfile: string, files: Readonly<Record<string, Buffer>> = {}): Promise<string> {
  const folder = temporaryFolder('image');
  const tag = `pgim-e2e/${folder.split('-').at(-1)?.toLowerCase()}`;
  for (const [name, content] of Object.entries({ ...files, Dockerfile: Buffer.from(dockerfile) })) {
    writeFileSync(join(folder, name), content);
  }
  await engine(['build', '--quiet', ...buildFlags(), '--label', inject('laboratory').label, '--tag', tag, folder]);
  return tag;
}
