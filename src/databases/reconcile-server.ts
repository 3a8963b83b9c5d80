import type { DatabaseDeclaration } from '../configuration/database-declaration.ts';
import type { Logger } from '../lib/logger.ts';
import { carryOut } from './carry-out.ts';
import type { CarryOutRules } from './carry-out-rules.ts';
import type { DatabasePlan, PlannedAction } from './database-plan.ts';
import type { SqlFailure } from './execute-statement.ts';
import { holdBack } from './hold-back.ts';
import { planServer } from './plan-server.ts';
import type { ServerCatalog } from './server-catalog.ts';
import type { Sessions } from './sessions.ts';

export interface ServerEyes {
  /** Undefined: the server cannot be asked now. */
  readonly observe: (roles: readonly string[]) => Promise<ServerCatalog | undefined>;
  readonly rules: Pick<CarryOutRules, 'objection' | 'afterwards'>;
  /** Databases that were seen to a moment ago, for which nothing is due before some time has passed. */
  readonly attempted: ReadonlySet<string> | undefined;
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
  { observe, rules, attempted }: ServerEyes,
): Promise<SeenServer | undefined> {
  const server = await observe(rolesOf(declarations));
  if (server === undefined) return undefined;
  const plans = [...planServer(declarations, server)].map(([database, plan]) => {
    const isJustAttempted = attempted?.has(database) === true && !server.inRecovery;
    const objection = isJustAttempted ? rules.afterwards(database) : rules.objection(database, server);
    return [database, holdBack(plan, objection)] as const;
  });
  return { server, plans: new Map(plans) };
}

/** Databases for which something is due that is not done in them. */
export function busyDatabases({ plans }: SeenServer): ReadonlySet<string> {
  return new Set([...plans].filter(([, { actions }]) => actions.length > 0).map(([database]) => database));
}

/** What CREATE DATABASE says when somebody is in the template: https://www.postgresql.org/docs/18/errcodes-appendix.html */
const objectInUse = '55006';

/**
 * Roles that are owners are made before what they own; then databases are altered and dropped, and then made, which can
 * take long; one after the other. `interrupted`: the server went away, or something else is declared by now.
 */
export async function workOnServer(
  { plans }: SeenServer,
  { sessions, logger, ...hands }: ServerHands,
): Promise<'done' | 'interrupted'> {
  /** CREATE DATABASE waits five seconds for others to leave its template, and would do so for each database. */
  const occupied = new Map<string, SqlFailure>();
  for (const [database, plan] of [...plans].toSorted(([, a], [, b]) => haste(a) - haste(b))) {
    const creation = creationOf(plan);
    const isWithdrawn = (): boolean => hands.isWithdrawn(database);
    const failed = (planned: PlannedAction, failure: SqlFailure): void => {
      if (planned === creation?.planned && failure.sqlState === objectInUse) occupied.set(creation.template, failure);
      hands.failed(database, plan, planned, failure);
    };
    const known = creation === undefined ? undefined : occupied.get(creation.template);
    if (creation !== undefined && known !== undefined && !isWithdrawn()) {
      failed(creation.planned, known);
      continue;
    }
    const outcome = await carryOut(plan, { database: undefined, sessions, logger, failed, isWithdrawn });
    if (outcome === 'interrupted') return outcome;
  }
  return 'done';
}

interface Creation {
  readonly planned: PlannedAction;
  readonly template: string;
}

function creationOf({ actions }: DatabasePlan): Creation | undefined {
  for (const planned of actions) {
    const { action } = planned;
    if (action.kind === 'create-database') return { planned, template: action.creation.template ?? 'template1' };
  }
  return undefined;
}

/** A role that is made for one database can be the owner of others, too. */
function haste(plan: DatabasePlan): number {
  if (plan.actions.some(({ action }) => action.kind === 'create-role')) return 0;
  return creationOf(plan) === undefined ? 1 : 2;
}

/** All that a declaration names, so that it can be told which of them are missing. */
function rolesOf(declarations: readonly DatabaseDeclaration[]): readonly string[] {
  return [...new Set(declarations.flatMap(({ owner }) => owner ?? []))];
}
