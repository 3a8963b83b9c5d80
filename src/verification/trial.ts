import type { Client } from 'pg';
import { isSessionGone, type SqlFailure, sqlFailure } from '../databases/execute-statement.ts';
import type { Clock } from '../lib/clock.ts';
import { quoteIdentifier } from '../lib/quote-identifier.ts';
import type { ServerAddress } from '../server/connection.ts';
import type { PrivateServer } from './private-server.ts';
import type { TestRun } from './run-test-file.ts';
import { failed, type Outcome, type Step } from './verification-step.ts';

/** The world that a verification works with, as functions. */
export interface TrialPorts {
  readonly server: PrivateServer;
  readonly openSession: (address: ServerAddress, database: string, timeoutMs: number) => Promise<Client>;
  readonly closeSession: (client: Client) => Promise<void>;
  /** Undefined: the kernel does not tell. */
  readonly mappedFiles: (pid: number) => readonly string[] | undefined;
  readonly realPath: (path: string) => string;
  readonly runTest: (file: string, database: string) => Promise<TestRun>;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** Of one statement. */
  readonly timeoutMs: number;
}

/** One run: the ports, and what changes while it lasts. */
export interface Trial extends TrialPorts {
  /** shared_preload_libraries of the server that runs, or is to be started. */
  preload: readonly string[];
  /** Those that could not be dropped. */
  stuckDatabases: number;
}

export type Answer<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** `crash`: the server went down with it, in its words. */
  | { readonly kind: 'failed'; readonly failure: SqlFailure; readonly crash?: string };

/** A postmaster needs a moment to end the others after one of its processes crashed. */
export const crashWithinMs = 5_000;
/** Somebody has ended this session, and hardly the server with it. */
const endWithinMs = 300;

/** Uses a session, and says what became of it; a mistake of our own is thrown. */
export async function inSession<T>(
  trial: Trial,
  database: string,
  use: (client: Client) => Promise<T>,
): Promise<Answer<T>> {
  const down = await ensureRunning(trial);
  if (down !== undefined) return down;
  try {
    const client = await trial.openSession(trial.server.address, database, trial.timeoutMs);
    try {
      return { kind: 'done', value: await use(client) };
    } finally {
      await trial.closeSession(client);
    }
  } catch (error) {
    trial.stop.throwIfAborted();
    if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) throw error;
    const failure = sqlFailure(error);
    const withinMs = failure.sqlState === '57P01' ? endWithinMs : crashWithinMs;
    const crash = isSessionGone(failure) ? await trial.server.crash(withinMs) : undefined;
    trial.stop.throwIfAborted();
    return { kind: 'failed', failure, ...(crash === undefined ? {} : { crash }) };
  }
}

/** After a crash what comes next gets a server that was started again. */
async function ensureRunning(trial: Trial): Promise<Answer<never> | undefined> {
  trial.stop.throwIfAborted();
  if (trial.server.isRunning()) return undefined;
  const started = await trial.server.start(trial.preload);
  if (started.kind === 'ready') return undefined;
  const message = `PostgreSQL does not start: ${started.message}`;
  return {
    kind: 'failed',
    failure: { sqlState: undefined, message, detail: undefined, hint: undefined, where: undefined },
  };
}

/** The usual name, for what has to be told it: `-c cron.database_name=verify`. */
const usualDatabase = 'verify';
/** Some workers do not let go of a database. */
const dropWithin = '5s';

/** Makes a database that has nothing in it. The caller drops it. */
export async function newDatabase(trial: Trial): Promise<Answer<string>> {
  const database = trial.stuckDatabases === 0 ? usualDatabase : `${usualDatabase}_${trial.stuckDatabases}`;
  // The quicker strategy where nothing is written for good.
  const statement = `CREATE DATABASE ${quoteIdentifier(database)} TEMPLATE template0 STRATEGY file_copy`;
  const answer = await inSession(trial, 'postgres', (client) => client.query(statement));
  return answer.kind === 'failed' ? answer : { kind: 'done', value: database };
}

/**
 * Roles outlive the database of the extension that made them, and a script that finds its roles may do less. One that made others
 * members can be dropped after those: hence twice.
 */
const dropRoles = `DO $$ DECLARE one pg_catalog.name; BEGIN
  FOR one IN SELECT rolname FROM pg_catalog.pg_roles, pg_catalog.generate_series(1, 2) AS round
    WHERE oid >= 16384 ORDER BY round LOOP
    BEGIN
      EXECUTE pg_catalog.format('DROP ROLE IF EXISTS %I', one);
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
END $$`;

/** One that cannot be dropped goes with the server. */
export async function dropDatabase(trial: Trial, database: string): Promise<void> {
  const answer = await inSession(trial, 'postgres', async (client) => {
    await client.query(`SET statement_timeout = '${dropWithin}'`);
    await client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(database)} WITH (FORCE)`);
    await client.query(dropRoles);
  });
  if (answer.kind === 'done') return;
  // Whoever holds on to it would hold up all that comes: the next one gets a server that was started again.
  trial.stuckDatabases += 1;
  await trial.server.halt();
  await inSession(trial, 'postgres', (client) => client.query(dropRoles));
}

/** What the server said, with its context: the script and the line in it. */
export function wordsOf({ failure, crash }: Extract<Answer<unknown>, { readonly kind: 'failed' }>): string {
  if (crash !== undefined) return `PostgreSQL crashed: ${crash}`;
  const { message, detail, hint, where, sqlState } = failure;
  // node-postgres has given up on it: the statement was to be ended by the server, and was not.
  if (message === 'Query read timeout') return 'the server did not answer in time, and could not end the statement';
  const script = where?.match(/extension script file "[^"\n]*"(, near line \d+)?/)?.[0];
  const more = [detail, hint].filter((one) => one !== undefined).map((one) => one.slice(0, 500));
  const late = sqlState === '57014' ? ['--timeout gives it more time'] : [];
  return [message, ...more, ...late, ...(script === undefined ? [] : [`in ${script}`])].join('; ');
}

export function failedBy(answer: Extract<Answer<unknown>, { readonly kind: 'failed' }>): Outcome {
  return failed(wordsOf(answer));
}

export type About = Pick<Step, 'image' | 'extension' | 'kind' | 'title'>;
type Result = Pick<Step, 'outcome' | 'evidence'>;

/** A step with the time that it took. */
export async function timed(trial: Trial, about: About, run: () => Promise<Result>): Promise<Step> {
  const start = trial.clock.now();
  const result = await run();
  trial.stop.throwIfAborted();
  return { ...about, ...result, milliseconds: Math.round(trial.clock.now() - start) };
}
