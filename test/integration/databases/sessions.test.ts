import pg, { type Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { executeStatement } from '../../../src/databases/execute-statement.ts';
import { connect, openSession, type ServerAddress, type SessionRequest } from '../../../src/server/connection.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

let server: ThrowawayPostgres;
let admin: Client;
const sessions: Client[] = [];

beforeAll(async () => {
  server = await startThrowawayPostgres({ settings: { max_connections: '10', superuser_reserved_connections: '3' } });
  admin = await server.client();
});

afterAll(() => server.stop());

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((client) => client.end().catch(() => undefined)));
});

function address(user = 'postgres'): ServerAddress {
  return { host: server.socketDirectory, port: 5432, user, passwordFile: undefined, password: undefined };
}

async function open(kind: SessionRequest['kind'], database: string | undefined = 'postgres'): Promise<Client> {
  const client = await openSession(address(), { database, purpose: 'databases', kind });
  sessions.push(client);
  return client;
}

async function show(client: Client, name: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>('SELECT pg_catalog.current_setting($1) AS value', [name]);
  return rows[0]?.value ?? 'nothing';
}

/** Sets traps for one test. */
async function withTraps(traps: readonly string[], undo: readonly string[], task: () => Promise<void>): Promise<void> {
  for (const statement of traps) await admin.query(statement);
  try {
    await task();
  } finally {
    for (const statement of undo) await admin.query(statement);
  }
}

describe('a session that looks', () => {
  test('is read-only, has the catalogs alone in its search_path, and does not wait for ever', async () => {
    const client = await open('look');
    expect(await show(client, 'search_path')).toBe('pg_catalog');
    expect(await show(client, 'default_transaction_read_only')).toBe('on');
    expect(await show(client, 'statement_timeout')).toBe('10s');
    expect(await show(client, 'timescaledb.disable_load')).toBe('on');
    expect(await show(client, 'application_name')).toBe('pg-instance-manager databases');
    await expect(client.query('CREATE TABLE t ()')).rejects.toMatchObject({ code: '25006' });
  });

  test('gets into a database whose settings name a library that is gone', async () => {
    await withTraps(
      ['CREATE DATABASE locked', `ALTER DATABASE locked SET session_preload_libraries = 'gone'`],
      ['DROP DATABASE locked'],
      async () => {
        await expect(open('work', 'locked')).rejects.toMatchObject({ code: '58P01' });
        const client = await open('look', 'locked');
        expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
        await client.end();
      },
    );
  });

  test('gets into a database whose login trigger keeps everybody out', async () => {
    await admin.query('CREATE DATABASE shut');
    const owner = await openSession(address(), { database: 'shut', purpose: 'test', kind: 'work' });
    await owner.query(`CREATE FUNCTION no_entry() RETURNS event_trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'nobody gets in'; END $$`);
    await owner.query('CREATE EVENT TRIGGER no_entry ON login EXECUTE FUNCTION no_entry()');
    await owner.end();
    await expect(open('work', 'shut')).rejects.toThrow('nobody gets in');
    const client = await open('look', 'shut');
    expect(await show(client, 'search_path')).toBe('pg_catalog');
    await client.end();
    await admin.query('DROP DATABASE shut');
  });

  test('goes to template1 when it is about no database in particular and postgres was dropped', async () => {
    const elsewhere = await open('work', 'template1');
    await admin.end();
    await elsewhere.query('ALTER DATABASE postgres RENAME TO moved');
    try {
      const client = await openSession(address(), { database: undefined, purpose: 'databases', kind: 'look' });
      sessions.push(client);
      expect((await client.query('SELECT pg_catalog.current_database() AS name')).rows).toEqual([
        { name: 'template1' },
      ]);
    } finally {
      await elsewhere.query('ALTER DATABASE moved RENAME TO postgres');
      admin = await server.client();
    }
  });
});

describe('a session that works', () => {
  test('puts what has no schema into public, waits shortly for locks, as long as it takes for statements, and for no standby', async () => {
    const client = await open('work');
    expect(await show(client, 'search_path')).toBe('public');
    expect(await show(client, 'lock_timeout')).toBe('2s');
    expect(await show(client, 'statement_timeout')).toBe('0');
    expect(await show(client, 'synchronous_commit')).toBe('local');
    await client.query('CREATE EXTENSION hstore');
    const { rows } = await client.query(
      `SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'hstore'`,
    );
    expect(rows).toEqual([{ schema: 'public' }]);
    await client.query('DROP EXTENSION hstore');
  });

  test('is not ended by its client before the statement is', async () => {
    const client = await open('work');
    expect(await executeStatement(client, 'SELECT pg_catalog.pg_sleep(3.5)')).toEqual({ kind: 'done' });
  });

  test('gives up waiting for a lock', async () => {
    await admin.query('CREATE TABLE wanted ()');
    await admin.query('BEGIN; LOCK TABLE wanted');
    try {
      const client = await open('work');
      const outcome = await executeStatement(client, 'DROP TABLE wanted');
      expect(outcome).toMatchObject({ kind: 'failed', failure: { sqlState: '55P03' } });
    } finally {
      await admin.query('COMMIT');
      await admin.query('DROP TABLE wanted');
    }
  });

  test('ends on the server when nobody waits for its statement any more', async () => {
    const client = await open('work');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_catalog.pg_backend_pid() AS pid');
    const running = executeStatement(client, 'SELECT pg_catalog.pg_sleep(60)');
    await client.end();
    expect(await running).toMatchObject({ kind: 'broken' });
    await expect
      .poll(async () => (await admin.query('SELECT FROM pg_stat_activity WHERE pid = $1', [rows[0]?.pid])).rowCount, {
        timeout: 10_000,
      })
      .toBe(0);
  });
});

describe('what is set for the role and the database', () => {
  test('does not win over what a session of the manager needs', async () => {
    const traps: readonly (readonly [string, string])[] = [
      ['statement_timeout', '1ms'],
      ['lock_timeout', '1ms'],
      ['transaction_timeout', '1ms'],
      ['idle_session_timeout', '1ms'],
      ['idle_in_transaction_session_timeout', '1ms'],
      ['default_transaction_read_only', 'on'],
      ['default_transaction_isolation', 'serializable'],
      ['session_replication_role', 'replica'],
      ['search_path', 'trap'],
      ['synchronous_commit', 'remote_apply'],
      ['standard_conforming_strings', 'off'],
      ['client_min_messages', 'debug5'],
      ['role', 'trap'],
    ];
    await withTraps(
      [
        'CREATE ROLE trap',
        'CREATE DATABASE trapped',
        ...traps.map(([name, value]) => `ALTER ROLE postgres IN DATABASE trapped SET ${name} = '${value}'`),
        ...traps
          .filter(([name]) => name !== 'role')
          .map(([name, value]) => `ALTER DATABASE trapped SET ${name} = '${value}'`),
      ],
      ['DROP DATABASE trapped', 'DROP ROLE trap'],
      async () => {
        const look = await open('look', 'trapped');
        const work = await open('work', 'trapped');
        await work.query('CREATE TABLE made ()');
        const facts = `SELECT current_user AS "user", '\\' AS backslash, 'made'::regclass::text AS made`;
        expect((await work.query(facts)).rows).toEqual([{ user: 'postgres', backslash: '\\', made: 'made' }]);
        expect(await show(look, 'search_path')).toBe('pg_catalog');
        expect(await show(look, 'statement_timeout')).toBe('10s');
        expect(await show(look, 'default_transaction_isolation')).toBe('read committed');
        expect(await show(work, 'synchronous_commit')).toBe('local');
        expect(await show(work, 'session_replication_role')).toBe('origin');
        await look.end();
        await work.end();
      },
    );
  });
});

describe('a server that is full', () => {
  test('lets the manager in through the reserved slots, and says so with 53300 when they are taken too', async () => {
    await admin.query('CREATE ROLE crowd LOGIN');
    const crowd: Client[] = [];
    const join = async (): Promise<void> => {
      const client = new pg.Client({ host: server.socketDirectory, user: 'crowd', database: 'postgres' });
      client.on('error', () => undefined);
      await client.connect();
      crowd.push(client);
    };
    try {
      const fill = async (): Promise<never> => {
        for (;;) await join();
      };
      await expect(fill()).rejects.toMatchObject({ code: '53300' });
      for (const kind of ['look', 'work', 'look'] as const) {
        const client = await open(kind);
        expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      }
      await expect(open('look')).rejects.toMatchObject({ code: '53300' });
    } finally {
      await Promise.all(crowd.map((client) => client.end()));
      await admin.query('DROP ROLE crowd');
    }
  });
});

describe('a session that somebody ends', () => {
  test('does not end the process while it is idle', async () => {
    const client = await open('look');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_catalog.pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await admin.query('SELECT pg_catalog.pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    expect(await executeStatement(client, 'SELECT 1')).toMatchObject({ kind: 'broken' });
  });

  test('does not end the process while it works', async () => {
    const client = await open('work');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_catalog.pg_backend_pid() AS pid');
    const running = executeStatement(client, 'SELECT pg_catalog.pg_sleep(60)');
    await admin.query('SELECT pg_catalog.pg_terminate_backend($1)', [rows[0]?.pid]);
    expect(await running).toMatchObject({ kind: 'broken', failure: { sqlState: '57P01' } });
  });
});

test('the session that watches the server has its three seconds and no more', async () => {
  const client = await connect(address(), 'monitor');
  sessions.push(client);
  expect(await show(client, 'statement_timeout')).toBe('3s');
  expect(await show(client, 'search_path')).toBe('pg_catalog');
});

test('a statement that fails does not get into the log of PostgreSQL, with passwords in its options', async () => {
  expect(await show(await open('work'), 'log_min_error_statement')).toBe('panic');
});
