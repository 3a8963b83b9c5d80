import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observeServerFolders } from '../../../src/settings/server-folders.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postgresBinDir, startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

let server: ThrowawayPostgres;

beforeAll(async () => {
  server = await startThrowawayPostgres();
});

afterAll(() => server.stop());

function layOut(prefix: string, files: readonly string[]): string {
  const root = realpathSync(temporaryFolder('layout'));
  for (const file of files) {
    mkdirSync(join(root, prefix, dirname(file)), { recursive: true });
    writeFileSync(join(root, prefix, file), '');
  }
  return join(root, prefix);
}

test('finds the folders that the real server says it uses', async () => {
  const client = await server.client();
  const { rows } = await client.query<{ name: string; setting: string }>('SELECT name, setting FROM pg_config');
  const configured = new Map(rows.map(({ name, setting }) => [name, setting]));
  const share = configured.get('SHAREDIR') ?? '';
  expect(observeServerFolders(postgresBinDir())).toEqual({
    systemShareDirectory: share,
    systemExtensionDirectory: join(share, 'extension'),
    libraryDirectory: configured.get('PKGLIBDIR'),
  });
});

test('follows a link to the executable, as Debian and others lay it', () => {
  const root = layOut('usr', [
    'lib/postgresql/18/bin/postgres',
    'lib/postgresql/18/lib/dict_snowball.so',
    'share/postgresql/18/extension/plpgsql.control',
  ]);
  mkdirSync(join(root, 'bin'));
  symlinkSync('../lib/postgresql/18/bin/postgres', join(root, 'bin/postgres'));
  expect(observeServerFolders(join(root, 'bin'))).toEqual({
    systemShareDirectory: join(root, 'share/postgresql/18'),
    systemExtensionDirectory: join(root, 'share/postgresql/18/extension'),
    libraryDirectory: join(root, 'lib/postgresql/18/lib'),
  });
});

test.each([
  ['share', 'lib'],
  ['share/postgresql', 'lib/postgresql'],
  ['share/pgsql', 'lib64/pgsql'],
  ['share', 'lib64'],
])('finds %s and %s beside bin', (share, library) => {
  const root = layOut('pgsql', ['bin/postgres', `${share}/extension/plpgsql.control`, `${library}/plpgsql.so`]);
  expect(observeServerFolders(join(root, 'bin'))).toMatchObject({
    systemShareDirectory: join(root, share),
    libraryDirectory: join(root, library),
  });
});

test('leaves open what the files do not prove', () => {
  const root = layOut('pgsql', ['bin/postgres', 'share/other', 'lib/other.so']);
  expect(observeServerFolders(join(root, 'bin'))).toEqual({});
  expect(observeServerFolders(join(root, 'nowhere'))).toEqual({});
});
