import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkImageVolume } from '../../../src/image-volume/check-image-volume.ts';
import type { ObservedImageVolume } from '../../../src/image-volume/observe-image-volume.ts';
import { asNobody } from '../../support/as-nobody.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

let server: ThrowawayPostgres;
let client: pg.Client;
let image: string;

beforeAll(async () => {
  server = await startThrowawayPostgres();
  client = await server.client();
});

afterAll(() => server.stop());

beforeEach(() => {
  image = temporaryFolder('image');
  chmodSync(image, 0o755);
  for (const share of ['share', 'good']) mkdirSync(join(image, share, 'extension'), { recursive: true });
  writeFileSync(join(image, 'share/extension/neighbour.control'), "default_version = '1.0'\n");
  writeFileSync(join(image, 'good/extension/good.control'), "default_version = '1.0'\n");
  writeFileSync(join(image, 'good/extension/good--1.0.sql'), 'SELECT 1;');
});

/** As the user PostgreSQL runs as: what root could read is not what the server can. */
function check() {
  const controlPath = [join(image, 'share'), join(image, 'good')];
  const folders = { name: 'x', mountPath: image, controlPath, libraryPath: [], ldLibraryPath: [], binPath: [] };
  const observed = asNobody('image-volume/observe-image-volume.ts', 'observeImageVolume', [folders, []]);
  return {
    declared: controlPath,
    ...checkImageVolume(observed as ObservedImageVolume, { extensionControlPath: true, dynamicLibraryPath: false }),
  };
}

async function available(controlPath: readonly string[], view = 'pg_available_extensions'): Promise<readonly string[]> {
  await client.query("SELECT set_config('extension_control_path', $1, false)", [['$system', ...controlPath].join(':')]);
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM ${view} WHERE name IN ('good', 'neighbour') ORDER BY name`,
  );
  return rows.map(({ name }) => name);
}

const file = (text: string) => () => writeFileSync(join(image, 'share/extension/bad.control'), text);

describe('what is left out breaks pg_available_extensions of a real server for everybody, and leaving it out mends it:', () => {
  test.each<[string, () => void]>([
    ['a control file with a syntax error', file("comment = 'x")],
    ['an unknown parameter', file('bogus = 1')],
    ['a parameter in another case', file('Comment = x')],
    ['a boolean that is none', file('relocatable = maybe')],
    ['a list that is none', file("requires = 'a,'")],
    ['an encoding that no server has', file('encoding = sjis')],
    ['a relocatable extension with a schema', file('relocatable = true\nschema = x')],
    ['an include of a file that is not there', file("include 'none'")],
    [
      'a control file that may not be read',
      () => {
        file('')();
        chmodSync(join(image, 'share/extension/bad.control'), 0);
      },
    ],
    ['a control file that is a link to nowhere', () => symlinkSync('none', join(image, 'share/extension/bad.control'))],
    ['a control file that is a folder', () => mkdirSync(join(image, 'share/extension/bad.control'))],
    ['a hidden file that a Mac left behind', () => writeFileSync(join(image, 'share/extension/._x.control'), '\0\x05')],
    ['a folder that may be entered but not listed', () => chmodSync(join(image, 'share/extension'), 0o311)],
    ['a folder that may not be entered', () => chmodSync(join(image, 'share'), 0)],
    [
      'a file in the place of the folder',
      () => {
        rmSync(join(image, 'share'), { recursive: true });
        writeFileSync(join(image, 'share'), '');
      },
    ],
    [
      'a link in a circle',
      () => {
        rmSync(join(image, 'share/extension'), { recursive: true });
        symlinkSync('extension', join(image, 'share/extension'));
      },
    ],
  ])('%s', async (_, spoil) => {
    expect(await available(check().usable.controlPath)).toEqual(['good', 'neighbour']);
    spoil();
    const { declared, usable, findings } = check();
    await expect(available(declared)).rejects.toThrow();
    expect(usable.controlPath).toEqual([join(image, 'good')]);
    expect(findings).toMatchObject([{ severity: 'error' }]);
    expect(await available(usable.controlPath)).toEqual(['good']);
  });
});

test('a volume that may not be entered, or is a file, breaks it as well and is left out whole', async () => {
  chmodSync(image, 0);
  const closed = check();
  await expect(available(closed.declared)).rejects.toThrow('Permission denied');
  expect(closed).toMatchObject({ usable: { controlPath: [] }, findings: [{ reason: 'VolumeUnreadable' }] });
  chmodSync(image, 0o755);
  rmSync(image, { recursive: true });
  writeFileSync(image, '');
  const notAFolder = check();
  await expect(available(notAFolder.declared)).rejects.toThrow('Not a directory');
  expect(notAFolder).toMatchObject({ usable: { controlPath: [] }, findings: [{ reason: 'VolumeUnreadable' }] });
});

test('what stays in is harmless to a real server: folders that are missing, and links to nowhere', async () => {
  rmSync(join(image, 'share/extension'), { recursive: true });
  expect(await available(check().usable.controlPath)).toEqual(['good']);
  symlinkSync('none', join(image, 'share/extension'));
  expect(await available(check().usable.controlPath)).toEqual(['good']);
  rmSync(join(image, 'share'), { recursive: true });
  expect(await available(check().usable.controlPath)).toEqual(['good']);
  rmSync(image, { recursive: true });
  const { declared, usable } = check();
  expect(usable.controlPath).toEqual(declared);
  expect(await available(declared)).toEqual([]);
});

test('a malformed auxiliary file stays in: it breaks its own version and pg_available_extension_versions only', async () => {
  writeFileSync(join(image, 'good/extension/good--1.0.control'), 'bogus = 1');
  const { usable, findings } = check();
  expect(findings).toMatchObject([{ severity: 'warning', reason: 'ControlFileUnreadable' }]);
  expect(await available(usable.controlPath)).toEqual(['good', 'neighbour']);
  await expect(client.query('CREATE EXTENSION good')).rejects.toThrow('unrecognized parameter "bogus"');
  await expect(available(usable.controlPath, 'pg_available_extension_versions')).rejects.toThrow('bogus');
});
