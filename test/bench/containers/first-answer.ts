// ⚡ From `docker run` to the first answer of PostgreSQL.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { errorCode } from '../../../src/lib/errors.ts';
import { untilItWorks } from '../until-it-works.ts';
import { password, type RunRequest, runArguments } from './contender.ts';
import type { Engine } from './engine.ts';

/** Both the state of the container and its log are asked for only after such a time without an answer. */
const doubtMs = 5_000;

export interface Question {
  /** With a column `answer`. */
  readonly sql: string;
  readonly answer: number;
}

/** Milliseconds from just before the docker client is executed until a client of PostgreSQL, over TCP, has its answer. */
export async function timeToFirstAnswer(
  engine: Engine,
  host: string,
  request: RunRequest,
  question: Question,
): Promise<number> {
  const held: { failure?: unknown; isOver: boolean } = { isOver: false };
  const startMs = performance.now();
  const started = engine.docker(...runArguments(request));
  const watched = started
    .then(() => failWhenEnded(engine, request.container, held))
    .catch((error: unknown) => {
      held.failure = error;
    });
  try {
    const what = `${request.contender.image} gave no answer`;
    const mustRun = (): void => {
      if (held.failure !== undefined) throw held.failure;
    };
    const patience = { what, patienceMs: 120_000, pauseMs: 3, mustRun };
    const ask = (): Promise<number> => askOnce({ host, port: request.port, password }, question.sql);
    const { result, atMs } = await untilItWorks(ask, patience);
    if (result !== question.answer) throw new Error(`${question.sql} was answered with ${result}`);
    await started;
    return atMs - startMs;
  } finally {
    held.isOver = true;
    void watched;
  }
}

/** Throws unless a wrong password is refused: what lets everybody in has less to do for its first answer. */
export async function mustAskForPassword(host: string, { port, contender }: RunRequest): Promise<void> {
  try {
    await askOnce({ host, port, password: `not ${password}` }, 'SELECT 1 AS answer');
  } catch (error) {
    if (errorCode(error) === '28P01') return;
    throw error;
  }
  throw new Error(`${contender.image} asks for no password from ${host}; so the three cannot be compared`);
}

async function askOnce(
  address: { readonly host: string; readonly port: number; readonly password: string },
  sql: string,
): Promise<number> {
  const client = new pg.Client({ ...address, user: 'postgres', database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ answer: number }>(sql);
    return rows[0]?.answer ?? Number.NaN;
  } finally {
    await client.end();
  }
}

async function failWhenEnded(engine: Engine, container: string, held: { readonly isOver: boolean }): Promise<void> {
  for (;;) {
    await delay(doubtMs, undefined, { ref: false });
    if (held.isOver) return;
    const state = await engine.docker('inspect', '--format={{.State.Status}} {{.State.ExitCode}}', container);
    if (!state.startsWith('running')) {
      throw new Error(`the container ended (${state}):\n${await engine.docker('logs', '--tail=40', container)}`);
    }
  }
}
