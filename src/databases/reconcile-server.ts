import type { DatabaseDeclaration } from '../configuration/database-declaration.ts';
import type { Logger } from '../lib/logger.ts';
import { carryOut } from './carry-out.ts';
import type { DatabasePlan, PlannedAction } from './database-plan.ts';
import type { SqlFailure } from './execute-statement.ts';
import { holdBack, type Objection } from './hold-back.ts';
import { planServer } from './plan-server.ts';
import type { ServerCatalog } from './server-catalog.ts';
import type { Sessions } from './sessions.ts';

export interface ServerEyes {
  /** Undefined: the server cannot be asked now. */
  readonly observe: (roles: readonly string[]) => Promise<ServerCatalog | undefined>;
  readonly objection: (database: string, server: ServerCatalog) => Objection;
}

export interface ServerHands {
  readonly sessions: Sessions;
  readonly logger: Logger;
  /** The declaration of the database is another one by now. */
  readonly isWithdrawn: (database: string) => boolean;
  readonly failed: (database: string, plan: DatabasePlan, planned: PlannedAction, failure: SqlFailure) => void;
}

/** The server at one moment, and what is due for its databases as such: to be created, altered, dropped. */
export interface SeenServer {
  readonly server: ServerCatalog;
  readonly plans: ReadonlyMap<string, DatabasePlan>;
}

/** Undefined: the server cannot be asked now. */
export async function lookAtServer(
  declarations: readonly DatabaseDeclaration[],
  { observe, objection }: ServerEyes,
): Promise<SeenServer | undefined> {
  const server = await observe(rolesOf(declarations));
  if (server === undefined) return undefined;
  const plans = [...planServer(declarations, server)].map(
    ([database, plan]) => [database, holdBack(plan, objection(database, server))] as const,
  );
  return { server, plans: new Map(plans) };
}

/** Databases for which something is due that is not done in them. */
export function busyDatabases({ plans }: SeenServer): ReadonlySet<string> {
  return new Set([...plans].filter(([, { actions }]) => actions.length > 0).map(([database]) => database));
}

/**
 * Roles that are owners are made before what they own; then databases are made, altered and dropped, one after the
 * other. `interrupted`: the server went away, or something else is declared by now.
 */
export async function workOnServer(
  databases: ReadonlySet<string>,
  { plans }: SeenServer,
  { sessions, logger, ...hands }: ServerHands,
): Promise<'done' | 'interrupted'> {
  for (const [database, plan] of plans) {
    if (!databases.has(database)) continue;
    const failed = (planned: PlannedAction, failure: SqlFailure): void =>
      hands.failed(database, plan, planned, failure);
    const isWithdrawn = (): boolean => hands.isWithdrawn(database);
    const outcome = await carryOut(plan, { database: undefined, sessions, logger, failed, isWithdrawn });
    if (outcome === 'interrupted') return outcome;
  }
  return 'done';
}

/** All that a declaration names, so that it can be told which of them are missing. */
function rolesOf(declarations: readonly DatabaseDeclaration[]): readonly string[] {
  return [...new Set(declarations.flatMap(({ owner }) => owner ?? []))];
}
