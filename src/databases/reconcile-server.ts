import type { DatabaseDeclaration } from '../configuration/database-declaration.ts';
import type { Logger } from '../lib/logger.ts';
import { carryOut } from './carry-out.ts';
import type { DatabasePlan, PlannedAction } from './database-plan.ts';
import type { SqlFailure } from './execute-statement.ts';
import { holdBack, type Objection } from './hold-back.ts';
import { planServer } from './plan-server.ts';
import type { ServerCatalog } from './server-catalog.ts';
import type { Sessions } from './sessions.ts';

export interface ServerPorts {
  readonly sessions: Sessions;
  readonly logger: Logger;
  /** Undefined: the server cannot be asked now. */
  readonly observe: (roles: readonly string[]) => Promise<ServerCatalog | undefined>;
  readonly objection: (database: string, server: ServerCatalog) => Objection;
  /** The declaration of the database is another one by now. */
  readonly isWithdrawn: (database: string) => boolean;
  readonly failed: (database: string, plan: DatabasePlan, planned: PlannedAction, failure: SqlFailure) => void;
}

/** The databases as such are as declared, as far as they can be; what is in them comes after. */
export interface ReconciledServer {
  readonly server: ServerCatalog;
  readonly plans: ReadonlyMap<string, DatabasePlan>;
}

/** Roles that are owners are made before what they own; then databases are made, altered and dropped. */
export async function reconcileServer(
  declarations: readonly DatabaseDeclaration[],
  ports: ServerPorts,
): Promise<ReconciledServer | undefined> {
  const before = await look(declarations, ports);
  if (before === undefined || ![...before.plans.values()].some(({ actions }) => actions.length > 0)) return before;
  for (const [database, plan] of before.plans) {
    const { sessions, logger } = ports;
    const failed = (planned: PlannedAction, failure: SqlFailure): void =>
      ports.failed(database, plan, planned, failure);
    const isWithdrawn = (): boolean => ports.isWithdrawn(database);
    // A server that went away says so at the next look; what is declared by now is looked at anew.
    const outcome = await carryOut(plan, { database: undefined, sessions, logger, failed, isWithdrawn });
    if (outcome === 'interrupted') break;
  }
  return look(declarations, ports);
}

async function look(
  declarations: readonly DatabaseDeclaration[],
  ports: ServerPorts,
): Promise<ReconciledServer | undefined> {
  const server = await ports.observe(rolesOf(declarations));
  if (server === undefined) return undefined;
  const plans = [...planServer(declarations, server)].map(
    ([database, plan]) => [database, holdBack(plan, ports.objection(database, server))] as const,
  );
  return { server, plans: new Map(plans) };
}

/** All that a declaration names, so that it can be told which of them are missing. */
function rolesOf(declarations: readonly DatabaseDeclaration[]): readonly string[] {
  return [...new Set(declarations.flatMap(({ owner }) => owner ?? []))];
}
