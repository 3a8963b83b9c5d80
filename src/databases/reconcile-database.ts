import type { Client } from 'pg';
import type { DatabaseDeclaration } from '../configuration/database-declaration.ts';
import type { Logger } from '../lib/logger.ts';
import { carryOut } from './carry-out.ts';
import type { CarryOutRules } from './carry-out-rules.ts';
import { checkLibraries } from './check-libraries.ts';
import { combinePlans } from './combine-plans.ts';
import type { ItemKey } from './database-action.ts';
import type { DatabaseCatalog } from './database-catalog.ts';
import {
  type DatabasePlan,
  nothingPlanned,
  type PlannedAction,
  type PlannedItem,
  type Remark,
  type Verdict,
} from './database-plan.ts';
import type { DatabaseReport } from './database-report.ts';
import type { DatabasesWish } from './databases-wish.ts';
import { type SqlFailure, sqlFailure } from './execute-statement.ts';
import { didNotHelp } from './failure-remark.ts';
import { holdBack } from './hold-back.ts';
import type { LoopPorts } from './loop-ports.ts';
import { observeDatabaseCatalog } from './observe-database-catalog.ts';
import { observeUpdateTargets } from './observe-update-targets.ts';
import { type ExtensionInputs, extensionRows, neededUpdateTargets, planExtensions } from './plan-extensions.ts';
import { planForeign } from './plan-foreign.ts';
import { planSchemas } from './plan-schemas.ts';
import { joinItems } from './planned-item.ts';
import { reportLook } from './report-database.ts';
import type { ServerCatalog } from './server-catalog.ts';
import type { Sessions } from './sessions.ts';
import { updateKey } from './update-key.ts';

/** One database, and what is wanted of it. */
export interface DatabaseTask {
  readonly database: string;
  readonly declaration: DatabaseDeclaration | undefined;
  /** Of the database itself. */
  readonly verdict: Verdict | undefined;
  readonly server: ServerCatalog;
  readonly wish: DatabasesWish;
}

export interface DatabasePorts {
  readonly sessions: Sessions;
  readonly now: () => number;
  readonly logger: Logger;
  /** Where the libraries are that functions name. */
  readonly lookUpLibraries: LoopPorts['lookUpLibraries'];
  /** By {@link updateKey}; shared by all databases, since it is about files. */
  readonly updateTargets: Map<string, readonly string[]>;
  readonly rules: CarryOutRules;
  /** What is known before statements are carried out, which can take minutes. */
  readonly publish: (report: DatabaseReport) => void;
}

export type Looked =
  | {
      readonly kind: 'looked';
      readonly report: DatabaseReport;
      readonly catalog: DatabaseCatalog;
      readonly plan: DatabasePlan;
    }
  | { readonly kind: 'refused'; readonly failure: SqlFailure }
  /** The server went down, the session was ended, or something else is declared by now; nothing is known. */
  | { readonly kind: 'interrupted' };

/** A statement can make another one due, once: what was created can be moved, what was updated has other libraries. */
const mostRounds = 4;

/** Looks into one database, does what is due, and looks again, until nothing is due any more. */
export async function reconcileDatabase(task: DatabaseTask, ports: DatabasePorts): Promise<Looked> {
  for (let round = 0; ; round += 1) {
    const opened = await ports.sessions.open(task.database, 'look');
    if (opened.kind === 'refused') return opened.isServerGone ? { kind: 'interrupted' } : opened;
    const seen = await lookInto(task, opened.client, ports, round === mostRounds);
    if (seen.kind === 'refused') return seen;
    const { report, plan } = seen;
    if (plan.actions.length === 0) return seen;
    ports.publish(report);
    const { sessions, logger, rules } = ports;
    const { database } = task;
    const failed = (planned: PlannedAction, failure: SqlFailure): void => {
      rules.failed(database, plan, planned, failure);
    };
    const isWithdrawn = (): boolean => rules.isWithdrawn(database);
    const outcome = await carryOut(plan, { database, sessions, logger, failed, isWithdrawn });
    if (outcome === 'interrupted') return { kind: 'interrupted' };
  }
}

type Seen = Extract<Looked, { kind: 'looked' }>;

async function lookInto(
  task: DatabaseTask,
  client: Client,
  ports: DatabasePorts,
  isLast: boolean,
): Promise<Extract<Looked, { kind: 'looked' | 'refused' }>> {
  try {
    return await observe(task, client, ports, isLast);
  } catch (error) {
    return { kind: 'refused', failure: sqlFailure(error) };
  } finally {
    // Before anything is done: never more than one session of a worker.
    await ports.sessions.close(client);
  }
}

async function observe(task: DatabaseTask, client: Client, ports: DatabasePorts, isLast: boolean): Promise<Seen> {
  const { database, declaration, server, wish } = task;
  const isForeign = declaration !== undefined && declaration.fdws.length + declaration.servers.length > 0;
  const catalog = await observeDatabaseCatalog(client, { foreign: isForeign });
  const libraries = checkLibraries(
    database,
    catalog,
    ports.lookUpLibraries(
      catalog.libraries.map(({ probin }) => probin),
      server.dynamicLibraryPath,
      wish.libraryDirectory,
    ),
    { server, images: wish.images },
  );
  const known = { declaration, database, server, catalog, images: wish.images };
  const withLibraries = { ...known, missingLibraries: libraries.missingByExtension };
  const updateTargets = await targetsOf(withLibraries, client, ports.updateTargets);
  const inputs: ExtensionInputs = { ...withLibraries, updateTargets };
  const planned = declaration === undefined ? nothingPlanned : planInside(declaration, inputs);
  // Put in order at last: what is held back must not keep waiting what would have come after it.
  const objection = isLast ? () => didNotHelp(database) : ports.rules.objection(database, server);
  const plan = combinePlans([holdBack(planned, objection)]);
  const shown = tellWhatFailed(plan, (item) => ports.rules.lastRemark(database, item));
  const report = reportLook({
    database,
    declaration,
    verdict: task.verdict,
    plan: shown,
    extensions: extensionRows(inputs, shown.items),
    findings: libraries.findings,
    atMs: ports.now(),
  });
  return { kind: 'looked', report, catalog, plan };
}

/** While something is tried again, what was wrong stays said: it would come and go with each try. */
function tellWhatFailed(plan: DatabasePlan, lastRemark: (item: ItemKey) => Remark | undefined): DatabasePlan {
  const items = plan.items.map((planned): PlannedItem => {
    const remark = planned.verdict.kind === 'due' ? lastRemark(planned.item) : undefined;
    return remark === undefined ? planned : { item: planned.item, verdict: { kind: 'blocked', remark } };
  });
  return { items, actions: plan.actions };
}

function planInside(declaration: DatabaseDeclaration, inputs: ExtensionInputs): DatabasePlan {
  return joinItems([
    planSchemas(declaration, inputs.catalog),
    planExtensions(inputs),
    planForeign(declaration, inputs.catalog),
  ]);
}

async function targetsOf(
  inputs: Omit<ExtensionInputs, 'updateTargets'>,
  client: Client,
  known: Map<string, readonly string[]>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const needed = neededUpdateTargets(inputs);
  const unknown = needed.filter(({ extension, from }) => !known.has(updateKey(extension, from)));
  if (unknown.length > 0) {
    for (const [key, targets] of await observeUpdateTargets(client, unknown)) known.set(key, targets);
  }
  return new Map(needed.map(({ extension, from }) => [extension, known.get(updateKey(extension, from)) ?? []]));
}
