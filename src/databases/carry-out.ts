import type { Client } from 'pg';
import type { Logger } from '../lib/logger.ts';
import { type ItemKey, itemText } from './database-action.ts';
import type { DatabasePlan, PlannedAction } from './database-plan.ts';
import { describeAction } from './describe-action.ts';
import { executeStatement, type SqlFailure } from './execute-statement.ts';
import { refuseDrop } from './refuse-drop.ts';
import { renderStatement } from './render-statement.ts';
import type { Sessions } from './sessions.ts';

/** Where to, and whom to tell. */
export interface CarryOut {
  /** Undefined: what concerns the whole server. */
  readonly database: string | undefined;
  readonly sessions: Sessions;
  readonly logger: Logger;
  readonly failed: (planned: PlannedAction, failure: SqlFailure) => void;
  /** The declaration is another one by now: the rest of the plan is not wanted any more. */
  readonly isWithdrawn: () => boolean;
}

/**
 * Carries the actions of a plan out, one after the other; each fails alone, and takes only those with it that need it.
 * `interrupted`: the server went away, or something else is declared by now; nothing is known of the rest.
 */
export async function carryOut(plan: DatabasePlan, out: CarryOut): Promise<'done' | 'interrupted'> {
  const failed = new Set<string>();
  const hasFailed = (item: ItemKey): boolean => failed.has(itemText(item));
  const session: { client: Client | undefined } = { client: undefined };
  try {
    for (const planned of plan.actions) {
      if (out.isWithdrawn()) return 'interrupted';
      if (hasFailed(planned.item) || planned.after.some(hasFailed)) {
        failed.add(itemText(planned.item));
        continue;
      }
      const outcome = await one(planned, session, out);
      if (outcome.kind === 'done') continue;
      failed.add(itemText(planned.item));
      out.failed(planned, outcome.failure);
      if (outcome.kind === 'broken') return 'interrupted';
    }
    return 'done';
  } finally {
    await out.sessions.close(session.client);
  }
}

async function one(
  { action }: PlannedAction,
  session: { client: Client | undefined },
  { database, sessions, logger }: CarryOut,
): Promise<Awaited<ReturnType<typeof executeStatement>>> {
  // Its old library may be gone: then ALTER EXTENSION … UPDATE works only as the first statement of a session.
  // https://docs.timescale.com/self-hosted/latest/upgrades/minor-upgrade/
  const isAlone = action.kind === 'update-extension';
  if (isAlone) await sessions.close(session.client);
  if (isAlone || session.client === undefined) {
    session.client = undefined;
    const opened = await sessions.open(database, 'work');
    if (opened.kind !== 'open') return { kind: opened.isServerGone ? 'broken' : 'failed', failure: opened.failure };
    session.client = opened.client;
  }
  const outcome =
    (await refuseDrop(session.client, action)) ?? (await executeStatement(session.client, renderStatement(action)));
  if (isAlone || outcome.kind !== 'done') {
    await sessions.close(session.client);
    session.client = undefined;
  }
  if (outcome.kind === 'done')
    logger.info({ database, statement: describeAction(action) }, 'a statement was carried out');
  return outcome;
}
