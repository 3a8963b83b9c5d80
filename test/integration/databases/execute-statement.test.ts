import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import type { Remark } from '../../../src/databases/database-plan.ts';
import { type Executed, executeStatement } from '../../../src/databases/execute-statement.ts';
import { explainSqlError } from '../../../src/databases/explain-sql-error.ts';
import { openSession } from '../../../src/server/connection.ts';
import {
  base,
  chain,
  extensionImage,
  fatal,
  fixed,
  halfWay,
  imageSettings,
  loader,
  needy,
  preloader,
  settled,
  vlib,
} from '../../support/extension-kit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

let server: ThrowawayPostgres;
let admin: Client;
const sessions: Client[] = [];

beforeAll(async () => {
  const recipes = [chain(), base, needy, fixed, settled, halfWay, loader, preloader, fatal, vlib('1.0')];
  const image = extensionImage(temporaryFolder('ext'), 'kit', ...recipes);
  server = await startThrowawayPostgres({ settings: imageSettings([image]) });
  admin = await server.client();
});

afterAll(() => server.stop());

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((client) => client.end().catch(() => undefined)));
  for (const name of ['needy', 'base', 'fixed', 'settled', 'halfway', 'loader', 'chain', 'vlib']) {
    await admin.query(`DROP EXTENSION IF EXISTS ${name} CASCADE`);
  }
});

async function work(): Promise<Client> {
  const client = await openSession(
    { host: server.socketDirectory, port: 5432, user: 'postgres', passwordFile: undefined, password: undefined },
    { database: 'postgres', purpose: 'test', kind: 'work' },
  );
  sessions.push(client);
  return client;
}

/** What the user is told about a statement that the server refuses. */
async function told(sql: string, action: DatabaseAction): Promise<Remark> {
  const outcome: Executed = await executeStatement(await work(), sql);
  if (outcome.kind !== 'failed') throw new Error(`the statement was ${outcome.kind}: ${sql}`);
  return explainSqlError({
    database: 'app',
    action,
    failure: outcome.failure,
    circumstances: { preloadRunning: [], preloadDesired: [], providedBy: new Map([['base', 'the-image']]) },
  });
}

const create = (extension: string, options: { version?: string; schema?: string } = {}): DatabaseAction => ({
  ...{ kind: 'create-extension', extension, version: options.version, schema: options.schema, cascade: false },
});
const update = (extension: string, version: string): DatabaseAction => ({
  kind: 'update-extension',
  extension,
  version,
});

describe('a statement', () => {
  test('that works is done', async () => {
    expect(await executeStatement(await work(), 'CREATE EXTENSION chain')).toEqual({ kind: 'done' });
  });

  test('that fails has all that the server says', async () => {
    await admin.query('CREATE EXTENSION halfway');
    expect(await executeStatement(await work(), `ALTER EXTENSION halfway UPDATE TO '1.1'`)).toEqual({
      kind: 'failed',
      failure: {
        sqlState: '22012',
        message: 'division by zero',
        detail: undefined,
        hint: undefined,
        where: expect.stringContaining('extension script file "halfway--1.0--1.1.sql", near line 2'),
      },
    });
    const { rows } = await admin.query(
      `SELECT to_regclass('half_way') AS half, extversion FROM pg_extension WHERE extname = 'halfway'`,
    );
    expect(rows).toEqual([{ half: null, extversion: '1.0' }]);
  });

  test('that ends its own session with FATAL has failed, and the server is not to blame', async () => {
    const client = await work();
    expect(await executeStatement(client, 'CREATE EXTENSION fatal')).toMatchObject({
      kind: 'failed',
      failure: { sqlState: '25P04' },
    });
    expect(await executeStatement(client, 'SELECT 1')).toMatchObject({ kind: 'broken' });
  });

  test('is broken when the server goes down under it', async () => {
    const client = await work();
    const running = executeStatement(client, 'SELECT pg_catalog.pg_sleep(60)');
    await server.restart();
    admin = await server.client();
    expect(await running).toMatchObject({ kind: 'broken', failure: { sqlState: '57P01' } });
  });
});

describe('the words of a real server are understood:', () => {
  test('an extension that requires another one', async () => {
    expect(await told('CREATE EXTENSION needy', create('needy'))).toEqual({
      reason: 'DependencyMissing',
      message:
        'The extension needy of the database app cannot be created: it requires the extension base, which is not installed there; declare that too (the image the-image provides it), or write cascade: true.',
    });
  });

  test('an extension that is not available', async () => {
    expect(await told('CREATE EXTENSION vectro', create('vectro'))).toEqual({
      reason: 'ExtensionNotAvailable',
      message:
        'The extension vectro of the database app cannot be created: it is not available on this server; mount an image that provides it and list that image under extensions.',
    });
  });

  test('a schema that does not exist', async () => {
    expect(await told('CREATE EXTENSION chain SCHEMA "no ""such"', create('chain', { schema: 'no "such' }))).toEqual({
      reason: 'SchemaMissing',
      message:
        'The extension chain of the database app cannot be created: the schema "no "such" does not exist there; declare it under schemas, or create it.',
    });
  });

  test('no schema public at all', async () => {
    await admin.query('ALTER SCHEMA public RENAME TO private');
    const remark = await told('CREATE EXTENSION chain', create('chain'));
    await admin.query('ALTER SCHEMA private RENAME TO public');
    expect(remark.reason).toBe('SchemaMissing');
    expect(remark.message).toContain('there is no schema public');
  });

  test('a version without a script, and one without a path', async () => {
    const absent = await told(`CREATE EXTENSION chain VERSION '9'`, create('chain', { version: '9' }));
    expect(absent.reason).toBe('VersionNotAvailable');
    await admin.query('CREATE EXTENSION chain');
    expect(await told(`ALTER EXTENSION chain UPDATE TO '2.0'`, update('chain', '2.0'))).toEqual({
      reason: 'NoUpdatePath',
      message:
        'The extension chain of the database app cannot be updated to 2.0: the image has no update path from version 1.2 to 2.0; choose a version that can be reached, or mount an image that has the scripts.',
    });
  });

  test('an extension that lives in one schema only, and one that cannot be moved', async () => {
    const home = await told('CREATE EXTENSION fixed SCHEMA public', create('fixed', { schema: 'public' }));
    expect(home.reason).toBe('NotRelocatable');
    expect(home.message).toContain('its control file wants it in the schema fixed_home');
    await admin.query('CREATE EXTENSION settled');
    const action: DatabaseAction = { kind: 'move-extension', extension: 'settled', schema: 'pg_temp' };
    expect((await told('ALTER EXTENSION settled SET SCHEMA information_schema', action)).reason).toBe('NotRelocatable');
  });

  test('what depends on an extension, by name', async () => {
    await admin.query('CREATE EXTENSION needy CASCADE');
    await admin.query('CREATE VIEW "a ""view" AS SELECT * FROM base_table');
    expect(await told('DROP EXTENSION base', { kind: 'drop-extension', extension: 'base', cascade: false })).toEqual({
      reason: 'DependentsExist',
      message:
        'The extension base of the database app cannot be dropped: view "a ""view", extension needy depend on it; drop or alter what depends on it, or write cascade: true to have it dropped too.',
    });
  });

  test('a library that is to be preloaded', async () => {
    const remark = await told('CREATE EXTENSION preloader', create('preloader'));
    expect(remark).toEqual({
      reason: 'PreloadRequired',
      message:
        'The extension preloader of the database app cannot be created: its library preloader has to be there from the start of the server; add preloader to shared_preload_libraries and restart PostgreSQL.',
    });
  });

  test('an update script that LOADs from $libdir', async () => {
    await admin.query('CREATE EXTENSION loader');
    const remark = await told(`ALTER EXTENSION loader UPDATE TO '1.1'`, update('loader', '1.1'));
    expect(remark.reason).toBe('StatementFailed');
    expect(remark.message).toContain(`have the image rebuilt with LOAD 'loader-lib' instead`);
  });

  test('a library that is gone', async () => {
    const sql = `CREATE FUNCTION f() RETURNS text AS '$libdir/gone-1.0', 'f' LANGUAGE C`;
    const remark = await told(sql, create('gone'));
    expect(remark.reason).toBe('LibraryMissing');
    expect(remark.message).toContain('the library gone-1.0 is in no folder of dynamic_library_path');
  });

  test('something of the same name in the way', async () => {
    await admin.query('CREATE TABLE base_table ()');
    await admin.query('CREATE FUNCTION chain_version() RETURNS text LANGUAGE sql RETURN 1::text');
    const table = await told('CREATE EXTENSION base', create('base'));
    const routine = await told('CREATE EXTENSION chain', create('chain'));
    await admin.query('DROP TABLE base_table; DROP FUNCTION chain_version()');
    for (const remark of [table, routine]) {
      expect(remark.reason).toBe('StatementFailed');
      expect(remark.message).toContain('something of the same name is there already');
    }
  });

  test('a database in use, a missing owner, a script that fails', async () => {
    await admin.query('CREATE DATABASE busy');
    const inside = await openSession(
      { host: server.socketDirectory, port: 5432, user: 'postgres', passwordFile: undefined, password: undefined },
      { database: 'busy', purpose: 'test', kind: 'work' },
    );
    const busy = await told('DROP DATABASE busy', { kind: 'drop-database', database: 'busy' });
    await inside.end();
    await admin.query('DROP DATABASE busy WITH (FORCE)');
    expect(busy.reason).toBe('DatabaseInUse');
    expect(busy.message).toContain('There is 1 other session using the database');

    const owner = await told('ALTER DATABASE template1 OWNER TO nobody', {
      ...{ kind: 'alter-database-owner', database: 'template1', owner: 'nobody' },
    });
    expect(owner.reason).toBe('OwnerMissing');

    await admin.query('CREATE EXTENSION halfway');
    expect((await told(`ALTER EXTENSION halfway UPDATE TO '1.1'`, update('halfway', '1.1'))).message).toBe(
      'The extension halfway of the database app cannot be updated to 1.1: PostgreSQL says "division by zero", SQLSTATE 22012 in the extension script file "halfway--1.0--1.1.sql", near line 2; what it did is rolled back; mend the cause, or mount an image whose script works here.',
    );
  });
});
