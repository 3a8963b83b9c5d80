import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OptionDeclaration } from '../../../src/configuration/database-declaration.ts';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import type { DatabaseCatalog } from '../../../src/databases/database-catalog.ts';
import { observeDatabaseCatalog } from '../../../src/databases/observe-database-catalog.ts';
import { planForeign } from '../../../src/databases/plan-foreign.ts';
import { renderStatement } from '../../../src/databases/render-statement.ts';
import { quoteIdentifier } from '../../../src/lib/quote-identifier.ts';
import { openSession } from '../../../src/server/connection.ts';
import { aDeclaration, aDeclaredFdw, aDeclaredServer, anOption } from '../../support/a-database.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

const wrapper = ' my "wrapper" ';

let server: ThrowawayPostgres;
let admin: Client;

beforeAll(async () => {
  server = await startThrowawayPostgres();
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

/** In a database of its own that is gone afterwards. */
async function withDatabase(database: string, use: (client: Client) => Promise<void>): Promise<void> {
  await admin.query(`CREATE DATABASE ${database}`);
  const client = await session(database, 'work');
  try {
    await use(client);
  } finally {
    await client.end();
    await admin.query(`DROP DATABASE ${database}`);
  }
}

describe('wrappers and servers that were planned and made', () => {
  const database = 'foreigners';

  /** Until nothing is due; how many statements each look has brought. */
  async function settle(client: Client, declared: Parameters<typeof aDeclaration>[0]): Promise<readonly number[]> {
    const statements: number[] = [];
    for (;;) {
      const { actions } = planForeign(aDeclaration({ name: database, ...declared }), await look(database));
      statements.push(actions.length);
      if (actions.length === 0 || statements.length > 4) return statements;
      await carryOut(client, ...actions.map(({ action }) => action));
    }
  }

  const tricky: readonly OptionDeclaration[] = ["it's", '"', '\\', "\\'; DROP ROLE x; --", 'two\nlines', '', '$$'].map(
    (value, n) => anOption(`o${n}`, value),
  );

  test('are in place at the next look', async () => {
    await withDatabase(database, async (client) => {
      await client.query('CREATE ROLE olga');
      const usage = [
        { name: 'olga', type: 'grant' },
        { name: 'PUBLIC', type: 'grant' },
      ] as const;
      const fdws = [aDeclaredFdw(wrapper, { owner: 'postgres', handler: '-', options: tricky, usage })];
      const servers = [aDeclaredServer('far', { fdw: wrapper, options: tricky, usage })];
      expect(await settle(client, { fdws, servers })).toEqual([7, 0]);
      const fewer = tricky.map((option, n) => ({ ...option, ensure: n % 2 === 0 ? 'absent' : 'present' }) as const);
      const nobody = usage.map(({ name }) => ({ name, type: 'revoke' }) as const);
      const changed = {
        fdws: [aDeclaredFdw(wrapper, { options: fewer, usage: nobody })],
        servers: [aDeclaredServer('far', { fdw: wrapper, options: fewer, usage: nobody })],
      };
      expect(await settle(client, changed)).toEqual([6, 0]);
      const absent = {
        servers: [aDeclaredServer('far', { ensure: 'absent', fdw: '' })],
        fdws: [],
      };
      expect(await settle(client, absent)).toEqual([1, 0]);
      expect(await settle(client, { fdws: [aDeclaredFdw(wrapper, { ensure: 'absent' })] })).toEqual([1, 0]);
      await client.query('DROP ROLE olga');
    });
  });

  test.each(['public', 'far away'])('are those of postgres_fdw and file_fdw in the schema %s', async (schema) => {
    await withDatabase(database, async (client) => {
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
      for (const extension of ['postgres_fdw', 'file_fdw']) {
        const create = { kind: 'create-extension', extension, version: undefined, schema, cascade: false } as const;
        await carryOut(client, create);
      }
      const declared = (of: string) =>
        ['postgres_fdw', 'file_fdw'].map((name) =>
          aDeclaredFdw(name, { handler: `${of}${name}_handler`, validator: `${of}${name}_validator` }),
        );
      const servers = [
        aDeclaredServer('other', {
          fdw: 'postgres_fdw',
          options: [anOption('host', `it's "far" \\ away`), anOption('port', '5432'), anOption('dbname', '')],
        }),
        aDeclaredServer('files', { fdw: 'file_fdw' }),
      ];
      expect(await settle(client, { fdws: declared(''), servers })).toEqual([2, 0]);
      expect(await settle(client, { fdws: declared(`${schema}.`), servers })).toEqual([0]);
      const without = { fdws: [aDeclaredFdw('file_fdw', { validator: '-' })] };
      expect(await settle(client, without)).toEqual([1, 0]);
      expect(await settle(client, { fdws: declared(`${schema}.`) })).toEqual([1, 0]);
    });
  });
});
