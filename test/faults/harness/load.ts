import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Lots } from './lots.ts';

/** What came of a key that a writer sent. */
export interface Ledger {
  /** PostgreSQL said that it was committed. */
  readonly acknowledged: ReadonlySet<string>;
  /** PostgreSQL said that it was rolled back, or was asked to. */
  readonly rolledBack: ReadonlySet<string>;
  /** The answer to the commit never came. */
  readonly inDoubt: ReadonlySet<string>;
  /** Sessions that ended without being asked to. */
  readonly lostSessions: number;
}

/** Writers that go on whatever happens to the server, and know outside of it what it has promised. */
export interface Load {
  readonly ledger: () => Ledger;
  /** Until so many more keys were acknowledged. */
  readonly progress: (keys: number, timeoutMs?: number) => Promise<void>;
  readonly stop: () => Promise<Ledger>;
}

export const loadTable = 'promised';
const createTable = `CREATE TABLE IF NOT EXISTS ${loadTable} (key text PRIMARY KEY, filler text NOT NULL, other int NOT NULL);
CREATE INDEX IF NOT EXISTS ${loadTable}_other ON ${loadTable} (other)`;
const insert = `INSERT INTO ${loadTable} (key, filler, other) VALUES ($1, $2, $3)`;
const reconnectAfterMs = 20;
const betweenMs = 4;

export interface LoadOptions {
  /** Where clients find the server: the folder of its socket, or host and port. */
  readonly login: pg.ClientConfig;
  readonly writers?: number;
  /** The first number of the keys' names: a day can have several loads. */
  readonly generation: number;
}

export async function startLoad(options: LoadOptions, lots: Lots): Promise<Load> {
  const acknowledged = new Set<string>();
  const rolledBack = new Set<string>();
  const inDoubt = new Set<string>();
  const held = { lostSessions: 0, isOver: false };
  const { promise: isStopped, resolve: stopWaiting } = Promise.withResolvers<'stopped'>();

  async function open(): Promise<pg.Client> {
    const client = new pg.Client({
      user: 'postgres',
      database: 'postgres',
      ...options.login,
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async function write(writer: number): Promise<void> {
    let number = 0;
    while (!held.isOver) {
      let client: pg.Client;
      try {
        client = await open();
      } catch {
        await delay(reconnectAfterMs);
        continue;
      }
      const connection = client;
      const cut = (): void => void connection.end().catch(() => undefined);
      const hasEnded = new Promise<'ended'>((resolve) => connection.once('end', () => resolve('ended')));
      try {
        while (!held.isOver) {
          number += 1;
          await oneRound(connection, `${options.generation}/${writer}/${number}`, hasEnded);
          await delay(betweenMs);
        }
      } catch (error) {
        // A statement that failed, for want of disk, say, has not cost the session.
        if (!held.isOver && !isOnlyStatement(error)) held.lostSessions += 1;
      } finally {
        cut();
        destroy(connection);
      }
    }
  }

  /** A key by itself, several in one transaction, or one that is taken back. */
  async function oneRound(client: pg.Client, key: string, hasEnded: Promise<'ended'>): Promise<void> {
    const answered = async (statement: string, values?: readonly unknown[]): Promise<void> => {
      const query = client.query(statement, values === undefined ? undefined : [...values]);
      query.catch(() => undefined);
      const first = await Promise.race([query, hasEnded, isStopped]);
      if (first === 'ended' || first === 'stopped') throw new Error('the session is gone');
    };
    const values = (name: string): readonly unknown[] => [
      name,
      'x'.repeat(lots.between(1, 2_000)),
      lots.between(0, 999),
    ];
    const kind = lots.fraction();
    if (kind < 0.7) {
      inDoubt.add(key);
      await answered(insert, values(key));
      promise([key]);
      return;
    }
    const keys = [1, 2, 3].map((part) => `${key}/${part}`);
    await answered('BEGIN');
    for (const one of keys) await answered(insert, values(one));
    if (kind > 0.95) {
      for (const one of keys) rolledBack.add(one);
      await answered('ROLLBACK');
      return;
    }
    for (const one of keys) inDoubt.add(one);
    await answered('COMMIT');
    promise(keys);
  }

  function promise(keys: readonly string[]): void {
    for (const key of keys) {
      acknowledged.add(key);
      inDoubt.delete(key);
    }
  }

  const ledger = (): Ledger => ({ acknowledged, rolledBack, inDoubt, lostSessions: held.lostSessions });

  const first = await open();
  // On disk in any case: it is not one of the promises that are looked at.
  await first.query('SET synchronous_commit = local');
  await first.query(createTable);
  await first.end();
  const writers = Array.from({ length: options.writers ?? 4 }, (_, writer) => write(writer));
  return {
    ledger,
    progress: async (keys, timeoutMs = 20_000) => {
      const goal = acknowledged.size + keys;
      const untilMs = performance.now() + timeoutMs;
      while (acknowledged.size < goal) {
        if (performance.now() > untilMs)
          throw new Error(`the writers got no ${keys} keys acknowledged in ${timeoutMs} ms`);
        await delay(10);
      }
    },
    stop: async () => {
      held.isOver = true;
      stopWaiting('stopped');
      await Promise.all(writers);
      return ledger();
    },
  };
}

function isOnlyStatement(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}

/** A frozen server does not answer a goodbye. */
function destroy(client: pg.Client): void {
  const { connection } = client as unknown as { readonly connection?: { readonly stream?: { destroy: () => void } } };
  connection?.stream?.destroy();
}
