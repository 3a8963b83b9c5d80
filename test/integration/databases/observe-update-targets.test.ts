import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observeUpdateTargets } from '../../../src/databases/observe-update-targets.ts';
import { updateKey } from '../../../src/databases/update-key.ts';
import { chain, type ExtensionImageFolders, extensionImage, imageSettings } from '../../support/extension-kit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

let server: ThrowawayPostgres;
let image: ExtensionImageFolders;
let client: Client;

beforeAll(async () => {
  image = extensionImage(temporaryFolder('ext'), 'kit', chain());
  server = await startThrowawayPostgres({ settings: imageSettings([image]) });
  client = await server.client();
});

afterAll(() => server.stop());

test('an update leads over several scripts, from each version to others, and never to one without a path', async () => {
  const wanted = ['1.0', '1.1', '1.2', '2.0'].map((from) => ({ extension: 'chain', from }));
  const targets = await observeUpdateTargets(client, wanted);
  const sorted = [...targets].map(([key, versions]) => [key, versions.toSorted()]);
  expect(Object.fromEntries(sorted)).toEqual({
    [updateKey('chain', '1.0')]: ['1.1', '1.2'],
    [updateKey('chain', '1.1')]: ['1.2'],
    [updateKey('chain', '1.2')]: [],
    [updateKey('chain', '2.0')]: [],
  });
});

test('a version that no file knows leads nowhere', async () => {
  const targets = await observeUpdateTargets(client, [{ extension: 'chain', from: `'; --` }]);
  expect(targets).toEqual(new Map([[updateKey('chain', `'; --`), []]]));
});

test('an extension whose files are gone or broken leads nowhere, and the others are not harmed', async () => {
  mkdirSync(join(image.share, 'extension'), { recursive: true });
  writeFileSync(join(image.share, 'extension/broken.control'), 'default_version = oops oops\n');
  try {
    const targets = await observeUpdateTargets(client, [
      { extension: 'gone', from: '1.0' },
      { extension: 'broken', from: '1.0' },
      { extension: '--', from: '1.0' },
      { extension: 'chain', from: '1.1' },
    ]);
    expect(targets).toEqual(
      new Map([
        [updateKey('gone', '1.0'), []],
        [updateKey('broken', '1.0'), []],
        [updateKey('--', '1.0'), []],
        [updateKey('chain', '1.1'), ['1.2']],
      ]),
    );
  } finally {
    rmSync(join(image.share, 'extension/broken.control'));
  }
});

test('nothing wanted asks nothing', async () => {
  expect(await observeUpdateTargets(client, [])).toEqual(new Map());
});

test('a broken session is not taken for missing files', async () => {
  const broken = await server.client();
  await broken.end();
  await expect(observeUpdateTargets(broken, [{ extension: 'chain', from: '1.0' }])).rejects.toThrow();
});
