import pg from 'pg';
import { judgeKeys } from './judge-keys.ts';
import { type Ledger, loadTable } from './load.ts';

/** What is wrong with the data, in a session of a server that has recovered; empty: nothing. */
export async function examineData(login: pg.ClientConfig, ledgers: readonly Ledger[]): Promise<readonly string[]> {
  const databases = await withClient(login, 'postgres', async (client) => {
    const { rows } = await client.query('SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1');
    return rows.map(({ datname }) => String(datname));
  });
  const broken: string[] = [];
  for (const database of databases) {
    broken.push(...(await withClient(login, database, (client) => brokenRelations(client, database))));
  }
  if (ledgers.length === 0) return broken;
  const keys = await withClient(login, 'postgres', readKeys);
  return [...broken, ...judgeKeys(ledgers, keys)];
}

async function readKeys(client: pg.Client): Promise<ReadonlySet<string>> {
  await client.query('SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off');
  const { rows } = await client.query(`SELECT key, filler, other FROM ${loadTable}`);
  return new Set(rows.map(({ key }) => String(key)));
}

/**
 * What pg_amcheck does, which the servers of the tests do not have: every heap and every B-tree index with all that it
 * should index. https://www.postgresql.org/docs/18/amcheck.html
 */
async function brokenRelations(client: pg.Client, database: string): Promise<readonly string[]> {
  const heaps = `SELECT c.oid::regclass AS name, v.* FROM pg_class c, LATERAL verify_heapam(c.oid) v
    WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence = 'p'`;
  const indexes = `SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam JOIN pg_index i ON i.indexrelid = c.oid
    WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p' AND i.indisvalid`;
  try {
    await client.query(
      'CREATE SCHEMA examination; CREATE EXTENSION amcheck SCHEMA examination; SET search_path = examination, public',
    );
    const { rows } = await client.query(heaps);
    await client.query(indexes);
    await client.query('DROP SCHEMA examination CASCADE');
    return rows.map(({ name, blkno, msg }) => `database ${database}: ${name}, block ${blkno}: ${msg}`);
  } catch (error) {
    return [`database ${database} cannot be examined: ${error instanceof Error ? error.message : String(error)}`];
  }
}

async function withClient<T>(
  login: pg.ClientConfig,
  database: string,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ user: 'postgres', ...login, database });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SET statement_timeout = '60s'; SET synchronous_commit = local`);
    return await use(client);
  } finally {
    await client.end();
  }
}
