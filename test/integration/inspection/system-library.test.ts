import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lookAtImages } from '../../../src/inspection/look-at-images.ts';
import { suggestFolders } from '../../../src/inspection/suggest-configuration.ts';
import { postgresBinDir, startThrowawayPostgres } from '../../support/throwaway-postgres.ts';
import { renameSymbol } from '../../survey/patch-module.ts';
import { check, findIn, imageOf, uuidLibrary as library, uuid } from './image-of.ts';

function imageWithSystem(): string {
  const image = imageOf(uuid);
  mkdirSync(join(image, 'system'));
  copyFileSync(join(postgresBinDir(), '../lib', library), join(image, 'system', library));
  return image;
}

/** With LD_LIBRARY_PATH as it is given. */
async function create(image: string, folders: readonly string[]): Promise<string> {
  const environment = { LD_LIBRARY_PATH: folders.map((folder) => join(image, folder)).join(':') };
  const server = await startThrowawayPostgres({ environment });
  try {
    const client = await server.client();
    const { rows } = await client
      .query(`${findIn(image)} CREATE EXTENSION uuid_image;`)
      .then(() => client.query('SELECT nil()::text AS nil'));
    return String(rows[0]?.nil);
  } catch (error) {
    return String(error);
  } finally {
    await server.stop();
  }
}

test('with its library in a folder that is listed it is created, and nothing is said', async () => {
  const image = imageWithSystem();
  expect(await create(image, ['system'])).toBe('00000000-0000-0000-0000-000000000000');
  expect(await check(image, ['system'])).toEqual([]);
});

test('with its library in a folder that is not listed it is not created, and what to list is told', async () => {
  const image = imageWithSystem();
  expect(await create(image, [])).toContain(`${library}: cannot open shared object file`);
  expect(await check(image)).toMatchObject([
    {
      severity: 'error',
      reason: 'SystemLibraryMissing',
      message: `uuid_image.so needs ${library}: it is in ${image}/system, which ld_library_path does not list. Add ld_library_path: [system].`,
    },
  ]);
});

test('without its library it is not created, and that is told', async () => {
  const image = imageOf(uuid);
  expect(await check(image)).toMatchObject([
    { severity: 'error', message: expect.stringContaining(`uuid_image.so needs ${library}, which is in no folder`) },
  ]);
});

test('with another library of the name it is not created, and the function that is missing is told', async () => {
  const image = imageWithSystem();
  const path = join(image, 'system', library);
  writeFileSync(path, renameSymbol(readFileSync(path), 'uuid_create', 'uuid_cremat'));
  expect(await create(image, ['system'])).toContain('undefined symbol: uuid_create');
  expect(await check(image, ['system'])).toMatchObject([
    { severity: 'error', reason: 'SymbolMissing', message: expect.stringContaining('it needs uuid_create, which') },
    { severity: 'warning', reason: 'SonameConflict' },
  ]);
});

test('the folder is in the entry that is proposed', async () => {
  const image = imageWithSystem();
  const { inspection } = await lookAtImages(
    [
      {
        name: 'image',
        mountPath: image,
        extensionControlPath: ['share'],
        dynamicLibraryPath: ['lib'],
        ldLibraryPath: [],
        binPath: [],
        declared: { extensionControlPath: false, dynamicLibraryPath: false },
      },
    ],
    postgresBinDir(),
    [],
  );
  expect(inspection.images.map((one) => suggestFolders(one, inspection))).toEqual([
    { extensionControlPath: undefined, dynamicLibraryPath: undefined, ldLibraryPath: ['system'] },
  ]);
});

test('a library in the place of one of the server keeps PostgreSQL from starting, and that is told', async () => {
  const image = imageWithSystem();
  copyFileSync(join(image, 'system', library), join(image, 'system/libssl.so.1.1'));
  await expect(create(image, ['system'])).rejects.toThrow(/undefined symbol: SSL_\w+/);
  expect(await check(image, ['system'])).toMatchObject([
    {
      severity: 'error',
      reason: 'SymbolMissing',
      message: expect.stringMatching(
        /^PostgreSQL itself would not start: LD_LIBRARY_PATH gives it .*libssl\.so\.1\.1,/,
      ),
    },
  ]);
});
