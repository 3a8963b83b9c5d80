import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseCatalog } from '../../../src/databases/database-catalog.ts';
import { observeDatabaseCatalog } from '../../../src/databases/observe-database-catalog.ts';
import { openSession, type ServerAddress } from '../../../src/server/connection.ts';
import { extensionImage, fixed, imageSettings, movable, vlib } from '../../support/extension-kit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

const hostile = `x"; DROP TABLE t; -- 'ü\\`;
const quoted = `"${hostile.replaceAll('"', '""')}"`;

let server: ThrowawayPostgres;
let admin: Client;

beforeAll(async () => {
  const image = extensionImage(temporaryFolder('ext'), 'kit', movable, fixed, vlib('1.0'));
  server = await startThrowawayPostgres({ settings: imageSettings([image]) });
  admin = await server.client();
  await admin.query(`CREATE ROLE ${quoted}`);
});

afterAll(() => server.stop());

function address(): ServerAddress {
  return { host: server.socketDirectory, port: 5432, user: 'postgres', passwordFile: undefined, password: undefined };
}

/** Looks into a new database in which these statements were executed. */
async function look(statements: readonly string[], options = { foreign: false }): Promise<DatabaseCatalog> {
  await admin.query('CREATE DATABASE looked_into STRATEGY file_copy');
  try {
    const work = await openSession(address(), { database: 'looked_into', purpose: 'test', kind: 'work' });
    for (const statement of statements) await work.query(statement);
    await work.end();
    const client = await openSession(address(), { database: 'looked_into', purpose: 'test', kind: 'look' });
    try {
      return await observeDatabaseCatalog(client, options);
    } finally {
      await client.end();
    }
  } finally {
    await admin.query('DROP DATABASE looked_into WITH (FORCE)');
  }
}

describe('the catalog of a database', () => {
  test('of a new one has plpgsql, the schemas of initdb and no libraries', async () => {
    expect(await look([])).toEqual({
      extensions: new Map([['plpgsql', { name: 'plpgsql', version: '1.0', schema: 'pg_catalog', relocatable: false }]]),
      libraries: [],
      schemas: new Map([
        ['pg_toast', 'postgres'],
        ['pg_catalog', 'postgres'],
        ['public', 'pg_database_owner'],
        ['information_schema', 'postgres'],
      ]),
      fdws: new Map(),
      servers: new Map(),
    });
  });

  test('shows where extensions are, and whether they can be moved', async () => {
    const { extensions, schemas } = await look([
      `CREATE SCHEMA ${quoted} AUTHORIZATION ${quoted}`,
      `CREATE EXTENSION movable SCHEMA ${quoted}`,
      'CREATE EXTENSION fixed',
    ]);
    expect(extensions.get('movable')).toEqual({ name: 'movable', version: '1.0', schema: hostile, relocatable: true });
    expect(extensions.get('fixed')).toEqual({
      name: 'fixed',
      version: '1.0',
      schema: 'fixed_home',
      relocatable: false,
    });
    expect(schemas.get(hostile)).toBe(hostile);
  });

  test('shows the libraries that functions point to, of which extension they are, and one of them', async () => {
    const { libraries } = await look([
      'CREATE EXTENSION vlib',
      `CREATE SCHEMA ${quoted}`,
      `CREATE FUNCTION ${quoted}.${quoted}(integer, text) RETURNS text AS 'vlib-1.0', 'soundex' LANGUAGE C`,
      `CREATE FUNCTION other(text) RETURNS text AS 'vlib-1.0', 'soundex' LANGUAGE C`,
    ]);
    expect(libraries.toSorted((a, b) => a.probin.localeCompare(b.probin))).toEqual([
      { probin: '$libdir/vlib-1.0', extension: 'vlib', functions: 1, example: 'public.vlib_soundex(text)' },
      { probin: 'vlib-1.0', extension: undefined, functions: 2, example: `${quoted}.${quoted}(integer,text)` },
    ]);
  });

  test('leaves out the schemas of temporary tables', async () => {
    const { schemas } = await look(['CREATE TEMPORARY TABLE t (v text)', 'CREATE SCHEMA not_pg_temp_1']);
    expect([...schemas.keys()].filter((name) => name.includes('temp'))).toEqual(['not_pg_temp_1']);
  });

  test('has wrappers and servers when they are asked for, with options and grants', async () => {
    const statements = [
      'CREATE EXTENSION postgres_fdw',
      'CREATE SCHEMA far',
      'CREATE EXTENSION file_fdw SCHEMA far',
      `CREATE FOREIGN DATA WRAPPER ${quoted} HANDLER far.file_fdw_handler OPTIONS (debug 'a=b', other '')`,
      `GRANT USAGE ON FOREIGN DATA WRAPPER ${quoted} TO PUBLIC, ${quoted}`,
      `CREATE SERVER ${quoted} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'ho''st "x"', port '5432')`,
      `REVOKE USAGE ON FOREIGN SERVER ${quoted} FROM postgres`,
    ];
    const { fdws, servers } = await look(statements, { foreign: true });
    expect(fdws.get(hostile)).toEqual({
      owner: 'postgres',
      handler: 'far.file_fdw_handler',
      validator: undefined,
      options: new Map([
        ['debug', 'a=b'],
        ['other', ''],
      ]),
      usage: new Set(['postgres', 'public', hostile]),
    });
    expect(fdws.get('postgres_fdw')).toMatchObject({
      handler: 'postgres_fdw_handler',
      validator: 'postgres_fdw_validator',
      usage: new Set(['postgres']),
    });
    expect(servers).toEqual(
      new Map([
        [
          hostile,
          {
            fdw: 'postgres_fdw',
            options: new Map([
              ['host', `ho'st "x"`],
              ['port', '5432'],
            ]),
            usage: new Set(),
          },
        ],
      ]),
    );
  });

  test('is read where the library of an extension is gone', async () => {
    const { extensions, libraries } = await look([
      'CREATE EXTENSION vlib',
      `UPDATE pg_catalog.pg_proc SET probin = '$libdir/vlib-0.9' WHERE proname = 'vlib_soundex'`,
    ]);
    expect(extensions.get('vlib')?.version).toBe('1.0');
    expect(libraries.map(({ probin }) => probin)).toEqual(['$libdir/vlib-0.9']);
  });
});

test('a look takes a few milliseconds', async () => {
  const lookMs: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const client = await openSession(address(), { database: 'postgres', purpose: 'test', kind: 'look' });
    const start = performance.now();
    await observeDatabaseCatalog(client, { foreign: false });
    lookMs.push(performance.now() - start);
    await client.end();
  }
  // It is two; on a busy machine, this is still far from reading all functions one by one.
  expect(Math.min(...lookMs)).toBeLessThan(20);
});
