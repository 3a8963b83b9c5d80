import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import { runProgram } from '../initialization/run-program.ts';
import type { ServerAddress } from '../server/connection.ts';
import { lineOf, psqlError } from './test-errors.ts';

export type TestRun =
  | { readonly kind: 'passed' }
  /** The first error; `isGone`: the session or the server went with it. */
  | { readonly kind: 'failed'; readonly message: string; readonly isGone: boolean };

export interface TestRunner {
  readonly address: ServerAddress;
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined: there is no psql; the file is sent as it is. */
  readonly psql: string | undefined;
  readonly timeoutMs: number;
  readonly stop: AbortSignal;
  readonly withSession: <T>(database: string, use: (client: Client) => Promise<T>) => Promise<T>;
}

/** Runs a file of SQL, up to the first statement that fails. */
export async function runTestFile(runner: TestRunner, file: string, database: string): Promise<TestRun> {
  return runner.psql === undefined
    ? runAsQuery(runner, file, database)
    : runWithPsql(runner, runner.psql, file, database);
}

/** psql(1): https://www.postgresql.org/docs/18/app-psql.html */
async function runWithPsql(runner: TestRunner, psql: string, file: string, database: string): Promise<TestRun> {
  const { address, environment, timeoutMs, stop } = runner;
  const connection = ['-h', address.host, '-p', String(address.port), '-U', address.user, '-d', database];
  const lines: string[] = [];
  const end = await runProgram(
    {
      file: psql,
      args: ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', ...connection, '-f', file],
      environment: {
        ...environment,
        PGOPTIONS: `-c statement_timeout=${timeoutMs} -c lc_messages=C`,
        PGCLIENTENCODING: 'UTF8',
        PAGER: '',
      },
    },
    (line) => {
      if (lines.length < 1_000) lines.push(line);
    },
    stop,
  );
  stop.throwIfAborted();
  if (end.kind !== 'failed') return { kind: 'passed' };
  // 2: the connection broke.
  return { kind: 'failed', message: psqlError(lines, file) ?? end.message, isGone: end.code === 2 };
}

async function runAsQuery(runner: TestRunner, file: string, database: string): Promise<TestRun> {
  const text = readFileSync(file, 'utf8');
  if (/^\\[a-z!]/m.test(text)) {
    const message =
      'it has commands of psql, and there is no psql on the PATH or in the folder of postgres; install it';
    return { kind: 'failed', message, isGone: false };
  }
  try {
    await runner.withSession(database, (client) => client.query(text));
    return { kind: 'passed' };
  } catch (error) {
    runner.stop.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    const position = Number(Reflect.get(error, 'position'));
    const where = Number.isFinite(position) && position > 0 ? `line ${lineOf(text, position)}: ` : '';
    const isGone = typeof Reflect.get(error, 'severity') !== 'string' || Reflect.get(error, 'severity') === 'FATAL';
    return { kind: 'failed', message: `${where}${error.message}`, isGone };
  }
}
