import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { postgresBinDir } from '../../support/throwaway-postgres.ts';
import { checkCommand, imageOf, sound, uuid, uuidLibrary } from './image-of.ts';

function suggest(image: string, binDirectory?: () => string | undefined) {
  return checkCommand([image], { config: '/nowhere', extensionsDir: '/nowhere', suggest: true }, binDirectory);
}

test('the entry with which an image works is all that is written, and nothing is wrong with it', async () => {
  const image = imageOf(uuid);
  mkdirSync(join(image, 'system'));
  copyFileSync(join(postgresBinDir(), '../lib', uuidLibrary), join(image, 'system', uuidLibrary));
  const { code, text } = await suggest(image);
  expect({ code, entry: parse(text) }).toEqual({
    code: 0,
    entry: { extensions: [{ name: 'image', ld_library_path: ['system'] }] },
  });
  expect(text).not.toContain('#');
});

test('what no entry mends stands above it, and says so by the exit code', async () => {
  const { code, text } = await suggest(imageOf(uuid));
  expect({ code, entry: parse(text) }).toEqual({ code: 1, entry: { extensions: [{ name: 'image' }] } });
  expect(text).toMatch(
    /^# error: image: SystemLibraryMissing: uuid_image\.so needs libossp-uuid\.so\.16, which is in no/,
  );
});

test('an unusual layout has an entry', async () => {
  const image = imageOf(sound);
  mkdirSync(join(image, 'usr'));
  renameSync(join(image, 'share'), join(image, 'usr/share'));
  renameSync(join(image, 'lib'), join(image, 'usr/lib'));
  const { code, text } = await suggest(image);
  expect({ code, entry: parse(text) }).toEqual({
    code: 0,
    entry: {
      extensions: [{ name: 'image', extension_control_path: ['usr/share'], dynamic_library_path: ['usr/lib'] }],
    },
  });
});

test('without a PostgreSQL it is said what was not looked at', async () => {
  const { code, text } = await suggest(imageOf(sound), () => undefined);
  expect(code).toBe(0);
  expect(text).toBe(
    '# There is no PostgreSQL here to compare with: give --bin-dir. ld_library_path was not looked at.\nextensions:\n  - name: image\n',
  );
});
