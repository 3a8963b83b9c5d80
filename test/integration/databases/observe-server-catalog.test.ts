import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executeStatement } from '../../../src/databases/execute-statement.ts';
import { observeDatabaseCatalog } from '../../../src/databases/observe-database-catalog.ts';
import { observeServerCatalog } from '../../../src/databases/observe-server-catalog.ts';
import { openSession, type ServerAddress } from '../../../src/server/connection.ts';
import {
  base,
  chain,
  type ExtensionImageFolders,
  extensionImage,
  fixed,
  imageSettings,
  movable,
  needy,
} from '../../support/extension-kit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

const hostile = `x"; DROP TABLE t; -- 'ü\\`;
const quoted = `"${hostile.replaceAll('"', '""')}"`;

let server: ThrowawayPostgres;
let first: ExtensionImageFolders;
let second: ExtensionImageFolders;
let client: Client;

beforeAll(async () => {
  const folder = temporaryFolder('ext');
  first = extensionImage(folder, 'first', chain('1.1'), base, needy);
  second = extensionImage(folder, 'second', chain('1.2'), fixed, movable);
  server = await startThrowawayPostgres({ settings: { ...imageSettings([first, second]), wal_level: 'logical' } });
  client = await openSession(address(), { database: undefined, purpose: 'test', kind: 'work' });
});

afterAll(async () => {
  await client.end();
  await server.stop();
});

function address(): ServerAddress {
  return { host: server.socketDirectory, port: 5432, user: 'postgres', passwordFile: undefined, password: undefined };
}

describe('the databases', () => {
  test('are all there, template0 too, as they are', async () => {
    await client.query(`CREATE ROLE ${quoted}`);
    await client.query(`CREATE DATABASE ${quoted} OWNER ${quoted} CONNECTION LIMIT 7 ALLOW_CONNECTIONS false`);
    const { databases, inRecovery } = await observeServerCatalog(client, []);
    expect(inRecovery).toBe(false);
    const [made] = databases.filter(({ name }) => name === 'postgres');
    const locale = { localeProvider: made?.localeProvider, providerLocale: made?.providerLocale };
    expect(locale.localeProvider).toMatch(/^(builtin|icu|libc)$/);
    const usual = {
      ...{ owner: 'postgres', connectionLimit: -1, tablespace: 'pg_default', encoding: 'UTF8', ...locale },
      ...{ collate: made?.collate, characterType: made?.characterType },
    };
    expect(databases).toEqual([
      { ...usual, name: 'postgres', isTemplate: false, allowsConnections: true },
      { ...usual, name: 'template0', isTemplate: true, allowsConnections: false },
      { ...usual, name: 'template1', isTemplate: true, allowsConnections: true },
      { ...usual, name: hostile, owner: hostile, isTemplate: false, allowsConnections: false, connectionLimit: 7 },
    ]);
    await client.query(`DROP DATABASE ${quoted}`);
    await client.query(`DROP ROLE ${quoted}`);
  });
});

describe('the roles', () => {
  test('that were asked for and exist, whatever their names, and none that only begins like a longer name', async () => {
    const long = 'r'.repeat(63);
    await client.query(`CREATE ROLE ${quoted}`);
    await client.query(`CREATE ROLE ${long}`);
    const { roles } = await observeServerCatalog(client, [hostile, long, `${long}r`, 'nobody_here', '']);
    expect(roles).toEqual(new Set([hostile, long]));
    await client.query(`DROP ROLE ${quoted}, ${long}`);
  });
});

describe('the extensions that are available', () => {
  test('have what their control files say, by version', async () => {
    const { available } = await observeServerCatalog(client, []);
    expect(available.get('needy')).toEqual({
      name: 'needy',
      defaultVersion: '1.0',
      versions: new Map([['1.0', { requires: ['base'], schema: undefined, relocatable: true }]]),
    });
    expect(available.get('fixed')?.versions.get('1.0')).toEqual({
      requires: [],
      schema: 'fixed_home',
      relocatable: false,
    });
    expect([...(available.get('chain')?.versions.keys() ?? [])].toSorted()).toEqual(['1.0', '1.1', '1.2', '2.0']);
    expect(available.get('plpgsql')?.defaultVersion).toBe('1.0');
  });

  test('are those of the first folder that has them, as for CREATE EXTENSION', async () => {
    const { available } = await observeServerCatalog(client, []);
    expect(available.get('chain')?.defaultVersion).toBe('1.1');
  });

  test('are there without those of a folder with a broken control file', async () => {
    const broken = join(second.share, 'extension/broken.control');
    writeFileSync(broken, 'default_version = oops oops\n');
    try {
      const before = await client.query('SELECT pg_catalog.current_setting($1) AS path', ['extension_control_path']);
      const looking = observeServerCatalog(client, ['postgres']);
      // Others ask over the same session meanwhile, and are not harmed by what fails.
      let questions = 0;
      const asking = { done: false };
      const others = async (): Promise<void> => {
        for (; !asking.done; questions += 1) await client.query('SELECT 1');
      };
      const asked = others();
      const { available, databases } = await looking.finally(() => {
        asking.done = true;
      });
      await asked;
      expect(questions).toBeGreaterThan(1);
      expect(databases).toHaveLength(3);
      expect(available.has('needy')).toBe(true);
      expect(available.has('plpgsql')).toBe(true);
      expect(available.get('chain')?.defaultVersion).toBe('1.1');
      expect(available.has('movable')).toBe(false);
      const after = await client.query('SELECT pg_catalog.current_setting($1) AS path', ['extension_control_path']);
      expect(after.rows).toEqual(before.rows);
    } finally {
      rmSync(broken);
    }
  });

  test('are there without those of a folder with a broken control file of one version', async () => {
    const broken = join(second.share, 'extension/movable--1.0.control');
    writeFileSync(broken, 'nonsense = 1\n');
    try {
      const { available } = await observeServerCatalog(client, []);
      expect(available.has('needy')).toBe(true);
      expect(available.has('movable')).toBe(false);
    } finally {
      rmSync(broken);
    }
  });

  test('may have no default version, and no script at all', async () => {
    const control = join(second.share, 'extension/empty.control');
    writeFileSync(control, `comment = 'nothing else'\n`);
    try {
      const { available } = await observeServerCatalog(client, []);
      expect(available.get('empty')).toEqual({ name: 'empty', defaultVersion: undefined, versions: new Map() });
    } finally {
      rmSync(control);
    }
  });
});

describe('what names libraries', () => {
  test('are the plugins of logical slots, and no physical slots', async () => {
    await client.query(`SELECT pg_catalog.pg_create_logical_replication_slot('logical', 'test_decoding')`);
    await client.query(`SELECT pg_catalog.pg_create_physical_replication_slot('physical')`);
    const { slots } = await observeServerCatalog(client, []);
    expect(slots).toEqual([{ name: 'logical', plugin: 'test_decoding', database: 'postgres' }]);
    await client.query(
      `SELECT pg_catalog.pg_drop_replication_slot(name) FROM (VALUES ('logical'), ('physical')) v(name)`,
    );
  });

  test('are settings of the server, of roles, of databases and of both', async () => {
    expect((await observeServerCatalog(client, [])).librarySettings).toEqual([]);
    await client.query(`CREATE ROLE ${quoted}`);
    await client.query(`ALTER DATABASE template1 SET session_preload_libraries = 'auto_explain', 'a=b'`);
    await client.query(`ALTER ROLE ${quoted} SET local_preload_libraries = 'x'`);
    await client.query(`ALTER ROLE ${quoted} IN DATABASE template1 SET session_preload_libraries = 'y'`);
    await client.query(`ALTER ROLE ALL SET session_preload_libraries = 'z'`);
    await client.query(`ALTER ROLE ${quoted} SET work_mem = '5MB'`);
    const { librarySettings } = await observeServerCatalog(client, []);
    expect(librarySettings.toSorted((a, b) => a.value.localeCompare(b.value))).toEqual([
      { name: 'session_preload_libraries of the database template1', value: 'auto_explain, "a=b"' },
      { name: `local_preload_libraries of the role ${hostile}`, value: 'x' },
      { name: `session_preload_libraries of the role ${hostile} in the database template1`, value: 'y' },
      { name: 'session_preload_libraries of all roles', value: 'z' },
    ]);
    await client.query('ALTER ROLE ALL RESET session_preload_libraries');
    await client.query('ALTER DATABASE template1 RESET session_preload_libraries');
    await client.query(`DROP ROLE ${quoted}`);
  });

  test('are those in force: the paths in which the server looks', async () => {
    appendFileSync(join(server.dataDirectory, 'postgresql.auto.conf'), `archive_library = 'basic_archive'\n`);
    await client.query('SELECT pg_catalog.pg_reload_conf()');
    await expect
      .poll(async () => (await observeServerCatalog(client, [])).librarySettings)
      .toEqual([{ name: 'archive_library', value: 'basic_archive' }]);
    const { dynamicLibraryPath } = await observeServerCatalog(client, []);
    expect(dynamicLibraryPath).toBe(`$libdir:${first.lib}:${second.lib}`);
  });
});

describe('a standby', () => {
  test('is looked at like any other server, takes no changes, and takes them after promotion', async () => {
    const standby = await startThrowawayPostgres();
    const at = { ...address(), host: standby.socketDirectory };
    const request = { database: 'postgres', purpose: 'test' };
    try {
      // Serializable sessions cannot read anything on a standby.
      await (await standby.client()).query(`ALTER ROLE postgres SET default_transaction_isolation = 'serializable'`);
      writeFileSync(join(standby.dataDirectory, 'standby.signal'), '');
      await standby.restart();
      const look = await openSession(at, { ...request, kind: 'look' });
      expect((await observeServerCatalog(look, ['postgres'])).inRecovery).toBe(true);
      expect((await observeDatabaseCatalog(look, { foreign: true })).extensions.has('plpgsql')).toBe(true);
      const work = await openSession(at, { ...request, kind: 'work' });
      const refused = { kind: 'failed', failure: { sqlState: '25006' } };
      expect(await executeStatement(work, 'CREATE EXTENSION hstore')).toMatchObject(refused);

      await work.query('SELECT pg_catalog.pg_promote(true, 30)');
      expect((await observeServerCatalog(look, [])).inRecovery).toBe(false);
      expect(await executeStatement(work, 'CREATE EXTENSION hstore')).toEqual({ kind: 'done' });
      await look.end();
      await work.end();
    } finally {
      await standby.stop();
    }
  });
});
