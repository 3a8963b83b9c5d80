import type { Client } from 'pg';
import type { DatabaseAction } from './database-action.ts';
import type { Executed } from './execute-statement.ts';

/**
 * DROP DATABASE waits five seconds for the sessions in the database, and other databases that are to be made, altered or
 * dropped with it: where clients are in it, it is not tried. The manager's own sessions go by themselves. Undefined: nobody is in it.
 */
export async function refuseDrop(client: Client, action: DatabaseAction): Promise<Executed | undefined> {
  if (action.kind !== 'drop-database') return undefined;
  const answer = await client
    .query<{ readonly sessions: number }>(sessionsQuery, [action.database])
    // What is wrong with the session, the statement will say.
    .catch(() => undefined);
  const sessions = answer?.rows[0]?.sessions ?? 0;
  if (sessions === 0) return undefined;
  const message = `${sessions} ${sessions === 1 ? 'session is' : 'sessions are'} using the database`;
  const failure = { sqlState: '55006', message, detail: undefined, hint: undefined, where: undefined };
  return { kind: 'failed', failure };
}

const sessionsQuery = `
SELECT pg_catalog.count(*)::integer AS sessions
  FROM pg_catalog.pg_stat_activity
 WHERE datname = $1 AND backend_type = 'client backend' AND application_name NOT LIKE 'pg-instance-manager %'`;
