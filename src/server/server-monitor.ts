import type { Client } from 'pg';
import type { Clock } from '../lib/clock.ts';
import { describeError, errorCode } from '../lib/errors.ts';
import { connect, type ServerAddress } from './connection.ts';
import { answerFromError, isBrokenSession, type ServerAnswer, type SessionFacts } from './server-answer.ts';

export interface ServerMonitor {
  /** Asks the server. Never throws and never takes longer than the time limits of a session. */
  readonly look: (address: ServerAddress) => Promise<ServerAnswer>;
  /** Runs `task` in the manager's session; undefined when there is none, or none any more. Throws what the task throws. */
  readonly withSession: <T>(task: (client: Client) => Promise<T>) => Promise<T | undefined>;
  /** Gives the session back, so that a shutdown does not wait for it. */
  readonly close: () => Promise<void>;
}

/** A login that was refused is tried again after this: each try leaves a FATAL line in PostgreSQL's log. */
const refusedLoginPauseMs = 10_000;
/** An old session answers although new ones may be turned away, so a new one is tried now and then. */
const freshSessionEveryMs = 10_000;

/** Of one look: who ends the sessions of a whole server in a loop can meet several in a row, and it lives all the same. */
const mostBrokenSessions = 8;

const factsQuery = `
  SELECT pg_is_in_recovery() AS in_recovery,
         current_setting('pg_instance_manager.config_sha256', true) AS settings_sha256,
         pg_conf_load_time()::text AS loaded_at,
         current_setting('server_version') AS server_version,
         EXISTS (SELECT FROM pg_database WHERE datname = 'postgres' AND datallowconn) AS is_postgres_there`;

/**
 * Keeps one session open and asks over it: a second's look costs the server no new process. One session at the most,
 * besides the short one that proves that new ones are let in.
 */
export function serverMonitor(clock: Clock): ServerMonitor {
  const held: {
    client: Client | undefined;
    key: string;
    freshAtMs: number;
    /** Moves with each close: a session that was asked for before it must not come to life after it. */
    generation: number;
    refused: { readonly answer: ServerAnswer; readonly untilMs: number } | undefined;
    /** Where short sessions in template1 are to be had; undefined: one in `postgres` is kept. */
    brief: ServerAddress | undefined;
  } = { client: undefined, key: '', freshAtMs: 0, generation: 0, refused: undefined, brief: undefined };

  async function look(address: ServerAddress): Promise<ServerAnswer> {
    const key = `${address.host}:${address.port}:${address.user}`;
    if (key !== held.key) await close();
    held.key = key;
    if (held.refused !== undefined && clock.now() < held.refused.untilMs) return held.refused.answer;
    held.refused = undefined;
    return ask(address, mostBrokenSessions);
  }

  async function ask(address: ServerAddress, triesLeft: number): Promise<ServerAnswer> {
    const { generation } = held;
    try {
      if (held.client !== undefined && clock.now() >= held.freshAtMs) await proveThatNewSessionsAreLetIn(address);
      const { isPostgresThere, ...session } = await askFacts(held.client ?? (await open(address)));
      await leaveTemplate(address, isPostgresThere);
      return { kind: 'accepting', session };
    } catch (error) {
      // Somebody has ended the session: that says nothing about the server, another one does.
      if (triesLeft > 0 && held.generation === generation && isBrokenSession(errorCode(error), describeError(error))) {
        await close();
        return ask(address, triesLeft - 1);
      }
      const answer = answerFromError(errorCode(error), describeError(error));
      // Full: the session that there is goes on being used, if there is one.
      if (answer.kind === 'full' && held.client !== undefined) {
        held.freshAtMs = clock.now() + freshSessionEveryMs;
        return answer;
      }
      await close();
      if (answer.kind === 'refused-login') held.refused = { answer, untilMs: clock.now() + refusedLoginPauseMs };
      return answer;
    }
  }

  async function open(address: ServerAddress): Promise<Client> {
    const { generation } = held;
    const client = await connect(address, 'monitor', held.brief === undefined ? 'postgres' : 'template1');
    if (held.generation !== generation) {
      await client.end();
      throw new Error('the session is not wanted any more');
    }
    held.client = client;
    held.freshAtMs = clock.now() + freshSessionEveryMs;
    client.once('end', () => {
      if (held.client === client) held.client = undefined;
    });
    return client;
  }

  /**
   * Nobody could make a database while a session stays in template1, where it is when there is no database `postgres`.
   * https://www.postgresql.org/docs/18/manage-ag-templatedbs.html
   */
  async function leaveTemplate(address: ServerAddress, isPostgresThere: boolean): Promise<void> {
    const { client } = held;
    if (client?.database !== 'template1') return;
    held.brief = isPostgresThere ? undefined : address;
    held.client = undefined;
    // It has answered; how it ends changes nothing.
    await client.end().catch(() => undefined);
  }

  async function proveThatNewSessionsAreLetIn(address: ServerAddress): Promise<void> {
    held.freshAtMs = clock.now() + freshSessionEveryMs;
    const client = await connect(address, 'probe');
    await client.end();
  }

  async function withSession<T>(task: (client: Client) => Promise<T>): Promise<T | undefined> {
    const { client, brief } = held;
    try {
      if (client !== undefined) return await task(client);
      return brief === undefined ? undefined : await withBriefSession(brief, task);
    } catch (error) {
      // A session that breaks under the question is none.
      if (answerFromError(errorCode(error), describeError(error)).kind === 'silent') return undefined;
      throw error;
    }
  }

  async function close(): Promise<void> {
    const { client } = held;
    held.generation += 1;
    held.client = undefined;
    held.brief = undefined;
    held.refused = undefined;
    // A session that is broken already has nothing left to say.
    await client?.end().catch(() => undefined);
  }

  return { look, withSession, close };
}

async function withBriefSession<T>(address: ServerAddress, task: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(address, 'monitor', 'template1');
  try {
    return await task(client);
  } finally {
    // What the task has met is what counts.
    await client.end().catch(() => undefined);
  }
}

async function askFacts(client: Client): Promise<SessionFacts & { readonly isPostgresThere: boolean }> {
  const { rows } = await client.query<{
    in_recovery: boolean;
    settings_sha256: string | null;
    loaded_at: string;
    server_version: string;
    is_postgres_there: boolean;
  }>(factsQuery);
  const [row] = rows;
  if (row === undefined) throw new Error('the server answered without a row');
  return {
    inRecovery: row.in_recovery,
    settingsSha256: row.settings_sha256 ?? undefined,
    configurationLoadedAt: row.loaded_at,
    serverVersion: row.server_version,
    isPostgresThere: row.is_postgres_there,
  };
}
