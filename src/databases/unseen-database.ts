import type { DatabaseDeclaration } from '../configuration/database-declaration.ts';
import { showName } from '../lib/show-name.ts';
import type { Remark, Verdict } from './database-plan.ts';
import type { DatabaseReport } from './database-report.ts';
import type { DatabasesWish } from './databases-wish.ts';
import { whySkipped } from './plan-server.ts';
import type { SeenServer } from './reconcile-server.ts';
import { reportUnseen } from './report-database.ts';
import type { DatabaseRow, ServerCatalog } from './server-catalog.ts';

/** Which databases are looked into, and what there is to say of the others. */
export function sortDatabases(
  { declarations, leaving }: Pick<DatabasesWish, 'declarations' | 'leaving'>,
  seen: SeenServer,
): { readonly names: readonly string[]; readonly unseen: readonly DatabaseReport[] } {
  const { server } = seen;
  const declared = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const rows = new Map(server.databases.map((row) => [row.name, row]));
  const names: string[] = [];
  const unseen: DatabaseReport[] = [];
  for (const name of new Set([...declared.keys(), ...rows.keys()])) {
    const row = rows.get(name);
    if (row !== undefined && !isLookedInto(row, declared.has(name), leaving.length > 0)) continue;
    const report = unseenDatabase(name, declared.get(name), verdictOf(seen, name), server);
    if (report === undefined) names.push(name);
    else unseen.push(report);
  }
  return { names, unseen };
}

/** Of a database as such; undefined when it is not declared. */
export function verdictOf({ plans }: SeenServer, database: string): Verdict | undefined {
  return plans.get(database)?.items.find(({ item }) => item.kind === 'database')?.verdict;
}

/** What can be said of a database that is not looked into; undefined: it is. */
export function unseenDatabase(
  name: string,
  declaration: DatabaseDeclaration | undefined,
  verdict: Verdict | undefined,
  server: Pick<ServerCatalog, 'databases' | 'inRecovery'>,
): DatabaseReport | undefined {
  const row = server.databases.find((database) => database.name === name);
  if (row === undefined) return reportUnseen(name, declaration, verdict, missing(name, server));
  const skipped = whySkipped(row);
  if (skipped !== undefined) return reportUnseen(name, declaration, verdict, { applied: false, remark: skipped });
  // It is about to go, and a session in it would be in the way.
  if (declaration?.ensure === 'absent') return reportUnseen(name, declaration, verdict, missing(name, server));
  return undefined;
}

/**
 * Databases that are looked into. A session in a template keeps CREATE DATABASE waiting, so they are left alone unless
 * they are declared, or an image is to go that they may use.
 */
function isLookedInto(row: DatabaseRow, isDeclared: boolean, isSomethingLeaving: boolean): boolean {
  return !row.isTemplate || isDeclared || isSomethingLeaving;
}

function missing(
  name: string,
  { inRecovery }: Pick<ServerCatalog, 'inRecovery'>,
): { readonly applied: false | null; readonly remark: Remark } {
  if (inRecovery) return { applied: null, remark: waitingForPromotion(name) };
  return {
    applied: false,
    remark: { reason: 'DatabaseMissing', message: `There is no database ${showName(name)} yet.` },
  };
}

/** Nothing is written on a standby. */
export function waitingForPromotion(name: string): Remark {
  return {
    reason: 'WaitingForPromotion',
    message: `In the database ${showName(name)} something is to be done; it is waiting for promotion, since this server is a standby.`,
  };
}
