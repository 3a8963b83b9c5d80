import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { extensionImage } from '../../support/extension-kit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postgresBinDir } from '../../support/throwaway-postgres.ts';
import { renameSymbol } from '../../survey/patch-module.ts';
import { checkCommand, uuid, uuidLibrary } from './image-of.ts';

/** `check uuid`, with `other` beside it, whose library of the same name lacks a function. */
async function check(order: readonly string[]) {
  const folder = temporaryFolder('images');
  const [config, original] = [join(folder, 'config.yaml'), join(postgresBinDir(), '../lib', uuidLibrary)];
  extensionImage(folder, 'uuid', uuid);
  for (const image of ['uuid', 'other']) mkdirSync(join(folder, image, 'system'), { recursive: true });
  copyFileSync(original, join(folder, 'uuid/system', uuidLibrary));
  const lacking = renameSymbol(readFileSync(original), 'uuid_create', 'uuid_cremat');
  writeFileSync(join(folder, 'other/system', uuidLibrary), lacking);
  const extensions = order.map((name) => ({ name, ld_library_path: ['system'] }));
  writeFileSync(config, JSON.stringify({ extensions }));
  return checkCommand(['uuid'], { config, extensionsDir: folder, suggest: false });
}

test('images are looked at in the order of the configuration, not with the one first that was asked for', async () => {
  expect(await check(['uuid', 'other'])).toMatchObject({ code: 0 });
  expect(await check(['other', 'uuid'])).toMatchObject({ code: 1, text: expect.stringContaining('SymbolMissing') });
});
