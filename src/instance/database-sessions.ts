import type { Client } from 'pg';
import type { SqlFailure } from '../databases/execute-statement.ts';
import type { Opened, SessionKind, Sessions } from '../databases/sessions.ts';
import type { Clock } from '../lib/clock.ts';
import { describeError, errorCode } from '../lib/errors.ts';
import { openSession, type ServerAddress } from '../server/connection.ts';
import { answerFromError } from '../server/server-answer.ts';

/** A server that is full has a place for a superuser again soon: one of the manager's own sessions may be in it. */
const firstFullPauseMs = 100;
/** Each doubles the pause, since each leaves a line in PostgreSQL's log. */
const mostFullTries = 5;

/** The real sessions in the databases. `address` is undefined while no server is known. */
export function databaseSessions(address: () => ServerAddress | undefined, clock: Clock): Sessions {
  const clients = new Set<Client>();
  /** Moves when all are closed: a login that was under way must not come to life after it. */
  const held = { generation: 0 };

  async function open(database: string | undefined, kind: SessionKind): Promise<Opened> {
    const { generation } = held;
    for (let tries = 1; ; tries += 1) {
      const target = address();
      if (target === undefined || held.generation !== generation) return gone;
      try {
        const client = await openSession(target, { database, purpose: 'databases', kind });
        if (held.generation !== generation) {
          await client.end().catch(() => undefined);
          return gone;
        }
        clients.add(client);
        client.once('end', () => clients.delete(client));
        return { kind: 'open', client };
      } catch (error) {
        const answer = answerFromError(errorCode(error), describeError(error));
        if (answer.kind === 'full' && tries < mostFullTries) {
          await clock.sleep(firstFullPauseMs * 2 ** (tries - 1));
          continue;
        }
        const isServerGone = answer.kind === 'silent' || answer.kind === 'rejecting';
        return { kind: 'refused', failure: failureOf(errorCode(error), describeError(error)), isServerGone };
      }
    }
  }

  async function close(client: Client | undefined): Promise<void> {
    if (client === undefined) return;
    clients.delete(client);
    // One that is broken has nothing left to say.
    await client.end().catch(() => undefined);
  }

  return {
    open,
    close,
    closeAll: async () => {
      held.generation += 1;
      await Promise.all([...clients].map(close));
    },
  };
}

const gone: Opened = {
  kind: 'refused',
  failure: failureOf(undefined, 'the server is not there'),
  isServerGone: true,
};

function failureOf(sqlState: string | undefined, message: string): SqlFailure {
  return { sqlState, message, detail: undefined, hint: undefined, where: undefined };
}
