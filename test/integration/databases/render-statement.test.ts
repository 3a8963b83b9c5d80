import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseCreation, DatabaseProperties } from '../../../src/configuration/database-declaration.ts';
import { checkCreation } from '../../../src/databases/check-creation.ts';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import type { DatabaseCatalog } from '../../../src/databases/database-catalog.ts';
import { observeDatabaseCatalog } from '../../../src/databases/observe-database-catalog.ts';
import { observeServerCatalog } from '../../../src/databases/observe-server-catalog.ts';
import { renderStatement } from '../../../src/databases/render-statement.ts';
import { quoteIdentifier } from '../../../src/lib/quote-identifier.ts';
import { openSession } from '../../../src/server/connection.ts';
import { anOption } from '../../support/a-database.ts';
import { type ExtensionRecipe, extensionImage, imageSettings, movable } from '../../support/extension-kit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

const names = {
  'quotes, a backslash and the end of a statement': `a"b'c\\d";--`,
  blanks: ' my  name ',
  'letters of other alphabets': 'ünïcode 东京 😀',
  '63 bytes': 'n'.repeat(63),
  '63 bytes in fewer letters': `${'ü'.repeat(31)}x`,
  'a word of SQL': 'SELECT',
} satisfies Record<string, string>;

const values = [`it's`, '"', '\\', `\\'; DROP ROLE x; --`, "E'\\n'", 'two\nlines', '', '$$'];

/** As PostgreSQL lets it be called, which is more than a configuration may say. */
const oddExtension: ExtensionRecipe = {
  name: `odd "x" it's; \\d`,
  control: [`default_version = '1'`, 'relocatable = true'],
  scripts: {
    '1': 'CREATE TABLE odd_table (id integer);\n',
    "1'2\\3": 'CREATE TABLE odd_table (id integer);\n',
    '1\'2\\3--4"\\5': 'CREATE TABLE odd_table_too (id integer);\n',
  },
};

let server: ThrowawayPostgres;
let admin: Client;

beforeAll(async () => {
  const image = extensionImage(temporaryFolder('ext'), 'kit', movable, oddExtension);
  server = await startThrowawayPostgres({
    settings: { ...imageSettings([image]), allow_in_place_tablespaces: 'on' },
  });
  admin = await server.client();
});

afterAll(() => server.stop());

function session(database: string, kind: 'look' | 'work'): Promise<Client> {
  const { socketDirectory: host } = server;
  const address = { host, port: 5432, user: 'postgres', passwordFile: undefined, password: undefined };
  return openSession(address, { database, purpose: 'test', kind });
}

async function carryOut(client: Client, ...actions: readonly DatabaseAction[]): Promise<void> {
  for (const action of actions) await client.query(renderStatement(action));
}

async function look(database: string): Promise<DatabaseCatalog> {
  const client = await session(database, 'look');
  try {
    return await observeDatabaseCatalog(client, { foreign: true });
  } finally {
    await client.end();
  }
}

function createDatabase(
  database: string,
  creation: DatabaseCreation = {},
  properties: DatabaseProperties = {},
  owner?: string,
): DatabaseAction {
  return { kind: 'create-database', database, owner, creation, properties };
}

/** In a database of its own that is gone afterwards. */
async function withDatabase(database: string, use: (client: Client) => Promise<void>): Promise<void> {
  await carryOut(admin, createDatabase(database));
  const client = await session(database, 'work');
  try {
    await use(client);
  } finally {
    await client.end();
    await carryOut(admin, { kind: 'drop-database', database });
  }
}

async function databaseRow(name: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await admin.query(
    `SELECT pg_get_userbyid(datdba) AS owner, datistemplate AS template, datallowconn AS open, datconnlimit AS limit,
            spcname AS tablespace, pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider,
            datcollate AS collate, datctype AS ctype, datlocale AS locale, daticurules AS rules, datcollversion AS version
       FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = $1`,
    [name],
  );
  return rows[0];
}

describe.each(Object.entries(names))('a name with %s', (_, name) => {
  describe.each(['on', 'off'])('and standard_conforming_strings %s', (conforming) => {
    const prepare = (client: Client) => client.query(`SET standard_conforming_strings = ${conforming}`);

    test('is that of a role and a database and a tablespace', async () => {
      await prepare(admin);
      await admin.query(`CREATE TABLESPACE ${quoteIdentifier(name)} LOCATION ''`);
      await carryOut(
        admin,
        { kind: 'create-role', role: name },
        createDatabase(name, { template: 'template1' }, { tablespace: name, connectionLimit: 3 }, name),
      );
      expect(await databaseRow(name)).toMatchObject({ owner: name, tablespace: name, limit: 3 });
      const alter = (property: Extract<DatabaseAction, { kind: 'alter-database-property' }>['property']) =>
        ({ kind: 'alter-database-property', database: name, property }) as const;
      await carryOut(
        admin,
        { kind: 'alter-database-owner', database: name, owner: 'postgres' },
        alter({ name: 'tablespace', value: 'pg_default' }),
        alter({ name: 'allowConnections', value: false }),
        alter({ name: 'connectionLimit', value: -1 }),
        alter({ name: 'isTemplate', value: true }),
      );
      const changed = { owner: 'postgres', tablespace: 'pg_default', open: false, limit: -1, template: true };
      expect(await databaseRow(name)).toMatchObject(changed);
      await carryOut(admin, alter({ name: 'isTemplate', value: false }), { kind: 'drop-database', database: name });
      expect(await databaseRow(name)).toBeUndefined();
      const role = await admin.query('SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = $1', [name]);
      expect(role.rows).toEqual([{ rolcanlogin: false, rolsuper: false }]);
      await admin.query(`DROP ROLE ${quoteIdentifier(name)}`);
      await admin.query(`DROP TABLESPACE ${quoteIdentifier(name)}`);
      await admin.query('RESET standard_conforming_strings');
    });

    test('is that of everything in a database', async () => {
      await admin.query(`CREATE ROLE ${quoteIdentifier(name)}`);
      await withDatabase('inside', async (client) => {
        await prepare(client);
        const options = values.map((value, index) => anOption(`${index}${name}`.slice(0, 20), value));
        await carryOut(
          client,
          { kind: 'create-schema', schema: name, owner: undefined },
          { kind: 'alter-schema-owner', schema: name, owner: name },
          { kind: 'create-schema', schema: 'second', owner: name },
          { kind: 'create-extension', extension: 'movable', version: '1.0', schema: 'second', cascade: false },
          { kind: 'move-extension', extension: 'movable', schema: name },
          { kind: 'create-extension', extension: 'file_fdw', version: undefined, schema: name, cascade: true },
          { kind: 'create-fdw', fdw: name, handler: `${name}.file_fdw_handler`, validator: '-', options },
          { kind: 'alter-fdw-owner', fdw: name, owner: 'postgres' },
          { kind: 'create-server', server: name, fdw: name, options },
          ...(['FOREIGN DATA WRAPPER', 'FOREIGN SERVER'] as const).map(
            (on) => ({ kind: 'change-usage', on, name, usage: { name, type: 'grant' } }) as const,
          ),
        );
        const expected = new Map(options.map((option) => [option.name, option.value]));
        const catalog = await look('inside');
        expect(catalog.schemas.get(name)).toBe(name);
        expect(catalog.schemas.get('second')).toBe(name);
        expect(catalog.extensions.get('movable')?.schema).toBe(name);
        expect(catalog.fdws.get(name)).toMatchObject({ handler: `${name}.file_fdw_handler`, options: expected });
        expect(catalog.servers.get(name)).toMatchObject({ fdw: name, options: expected });
        expect(catalog.fdws.get(name)?.usage).toContain(name);
        expect(catalog.servers.get(name)?.usage).toContain(name);

        const changes = values.map((value, index) => ({
          change: 'SET' as const,
          name: options[index]?.name ?? '',
          value: `${value}!`,
        }));
        await carryOut(
          client,
          { kind: 'alter-fdw-functions', fdw: name, handler: '-', validator: undefined },
          { kind: 'alter-fdw-options', fdw: name, changes },
          {
            kind: 'alter-server-options',
            server: name,
            changes: [...changes.slice(1), { change: 'DROP', name: options[0]?.name ?? '' }],
          },
          { kind: 'alter-server-options', server: name, changes: [{ change: 'ADD', name: 'added', value: name }] },
          { kind: 'change-usage', on: 'FOREIGN SERVER', name, usage: { name, type: 'revoke' } },
          { kind: 'change-usage', on: 'FOREIGN SERVER', name, usage: { name: 'Public', type: 'grant' } },
          { kind: 'change-usage', on: 'FOREIGN DATA WRAPPER', name, usage: { name, type: 'revoke' } },
        );
        const after = await look('inside');
        expect(after.fdws.get(name)?.handler).toBeUndefined();
        expect([...(after.fdws.get(name)?.options.values() ?? [])]).toEqual(values.map((value) => `${value}!`));
        expect(after.servers.get(name)?.options.get('added')).toBe(name);
        expect(after.servers.get(name)?.options.has(options[0]?.name ?? '')).toBe(false);
        expect(after.servers.get(name)?.usage).toEqual(new Set(['postgres', 'public']));

        await carryOut(
          client,
          { kind: 'drop-server', server: name },
          { kind: 'drop-fdw', fdw: name },
          { kind: 'drop-extension', extension: 'file_fdw', cascade: true },
          { kind: 'drop-extension', extension: 'movable', cascade: false },
          { kind: 'drop-schema', schema: name },
        );
        const gone = await look('inside');
        expect([gone.fdws.size, gone.servers.size, gone.schemas.has(name)]).toEqual([0, 0, false]);
        expect([...gone.extensions.keys()]).toEqual(['plpgsql']);
      });
      await admin.query(`DROP ROLE ${quoteIdentifier(name)}`);
    });
  });
});

test.each(['on', 'off'])(
  'an extension and its versions can be called oddly, standard_conforming_strings %s',
  async (on) => {
    await withDatabase('odd', async (client) => {
      await client.query(`SET standard_conforming_strings = ${on}`);
      const { name: extension } = oddExtension;
      const version = async () => (await look('odd')).extensions.get(extension)?.version;
      const create = {
        kind: 'create-extension',
        extension,
        version: "1'2\\3",
        schema: 'public',
        cascade: false,
      } as const;
      await carryOut(client, create);
      expect(await version()).toBe("1'2\\3");
      await carryOut(client, { kind: 'update-extension', extension, version: '4"\\5' });
      expect(await version()).toBe('4"\\5');
      await carryOut(client, { kind: 'drop-extension', extension, cascade: true });
      expect(await version()).toBeUndefined();
    });
  },
);

test('what is there already can be made again, and what is gone can be dropped again', async () => {
  await withDatabase('twice', async (client) => {
    const make: readonly DatabaseAction[] = [
      { kind: 'create-schema', schema: 's', owner: undefined },
      { kind: 'create-extension', extension: 'movable', version: undefined, schema: undefined, cascade: false },
    ];
    const drop: readonly DatabaseAction[] = [
      { kind: 'drop-server', server: 'far' },
      { kind: 'drop-fdw', fdw: 'files' },
      { kind: 'drop-extension', extension: 'movable', cascade: false },
      { kind: 'drop-schema', schema: 's' },
      { kind: 'drop-database', database: 'was never there' },
    ];
    const server: DatabaseAction = { kind: 'create-server', server: 'far', fdw: 'files', options: [] };
    await carryOut(client, { kind: 'create-fdw', fdw: 'files', handler: undefined, validator: undefined, options: [] });
    await carryOut(client, ...make, server, ...make, server);
    await carryOut(client, ...drop, ...drop);
    expect((await look('twice')).schemas.has('s')).toBe(false);
  });
});

describe('a database is made with', () => {
  const empty = { template: 'template0' };
  test.each<[string, DatabaseCreation, DatabaseProperties, Record<string, unknown>]>([
    ['nothing but its name', {}, {}, { owner: 'postgres', open: true, template: false, limit: -1 }],
    ['an encoding', { ...empty, encoding: 'latin1' }, {}, { encoding: 'LATIN1' }],
    ['a locale', { ...empty, locale: 'C' }, {}, { collate: 'C', ctype: 'C' }],
    [
      'locales of their own for order and letters',
      { ...empty, localeCollate: 'C', localeCType: 'C.UTF-8' },
      {},
      { collate: 'C', ctype: 'C.UTF-8' },
    ],
    ['the provider libc', { ...empty, localeProvider: 'libc', locale: 'C' }, {}, { provider: 'c' }],
    [
      'the provider builtin',
      { ...empty, localeProvider: 'builtin', builtinLocale: 'C.UTF-8' },
      {},
      { provider: 'b', locale: 'C.UTF-8' },
    ],
    ['the provider ICU', { ...empty, localeProvider: 'icu', icuLocale: 'de' }, {}, { provider: 'i', locale: 'de' }],
    [
      'rules of ICU',
      { ...empty, localeProvider: 'icu', icuLocale: 'und', icuRules: `&a < "x'y"` },
      {},
      { rules: `&a < "x'y"` },
    ],
    ['a provider in capitals', { ...empty, localeProvider: 'ICU', icuLocale: 'de' }, {}, { provider: 'i' }],
    [
      'a version of the collation',
      { ...empty, localeProvider: 'icu', icuLocale: 'de', collationVersion: `1'\\2` },
      {},
      { version: `1'\\2` },
    ],
    ['a limit', {}, { connectionLimit: 0 }, { limit: 0 }],
    ['no connections', {}, { allowConnections: false }, { open: false }],
  ])('%s', async (_, creation, properties, expected) => {
    await carryOut(admin, createDatabase('made', creation, properties));
    const made = await databaseRow('made');
    const { databases } = await observeServerCatalog(admin, []);
    await carryOut(admin, { kind: 'drop-database', database: 'made' });
    expect(made).toMatchObject(expected);
    // And it is not said afterwards that it was created otherwise.
    const seen = databases.flatMap((row) => (row.name === 'made' ? [checkCreation(creation, row)] : []));
    expect(seen).toEqual([undefined]);
  });

  test('the mark of a template', async () => {
    await carryOut(admin, createDatabase('made', {}, { isTemplate: true }));
    const made = await databaseRow('made');
    const property = { name: 'isTemplate', value: false } as const;
    const noTemplate = { kind: 'alter-database-property', database: 'made', property } as const;
    await carryOut(admin, noTemplate, { kind: 'drop-database', database: 'made' });
    expect(made).toMatchObject({ template: true });
  });
});
