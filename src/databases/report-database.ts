import { isDeepStrictEqual } from 'node:util';
import type { DatabaseDeclaration, Ensure } from '../configuration/database-declaration.ts';
import type { Finding } from '../lib/finding.ts';
import type { ItemKind } from './database-action.ts';
import type { DatabasePlan, PlannedItem, Remark, Verdict } from './database-plan.ts';
import type { DatabaseReport, ExtensionRow, ItemRow } from './database-report.ts';

/** What a look into a database has shown. */
export interface LookedInto {
  readonly database: string;
  readonly declaration: DatabaseDeclaration | undefined;
  /** Of the database itself; undefined when it is not declared. */
  readonly verdict: Verdict | undefined;
  /** Of what is in it. */
  readonly plan: DatabasePlan;
  readonly extensions: readonly ExtensionRow[];
  readonly findings: readonly Finding[];
  readonly atMs: number;
}

export function reportLook(looked: LookedInto): DatabaseReport {
  const { declaration, plan, extensions } = looked;
  const schemas = declaredRows('schema', declaration?.schemas, plan.items);
  const fdws = declaredRows('fdw', declaration?.fdws, plan.items);
  const servers = declaredRows('server', declaration?.servers, plan.items);
  const own = stateOf(looked.verdict);
  const declaredExtensions = extensions.filter(({ ensure }) => ensure !== null);
  return {
    name: looked.database,
    declaration,
    ensure: declaration?.ensure ?? null,
    applied: declaration === undefined ? null : together([own, ...schemas, ...declaredExtensions, ...fdws, ...servers]),
    remark: own.remark,
    lookedAtMs: looked.atMs,
    schemas,
    extensions,
    fdws,
    servers,
    findings: looked.findings,
  };
}

/** A database that could not be looked into, or not yet: what is declared in it is not known to be there. */
export function reportUnseen(
  database: string,
  declaration: DatabaseDeclaration | undefined,
  verdict: Verdict | undefined,
  inside: { readonly applied: false | null; readonly remark: Remark },
): DatabaseReport {
  const isWanted = declaration?.ensure === 'present';
  const rows = (declared: readonly { readonly name: string; readonly ensure: Ensure }[] = []): readonly ItemRow[] =>
    isWanted ? declared.map(({ name, ensure }) => ({ name, ensure, ...inside })) : [];
  const own = stateOf(verdict);
  const extensions = rows(declaration?.extensions).map((row) => ({
    ...row,
    ...unknownVersions(declaration, row.name),
  }));
  const [schemas, fdws, servers] = [rows(declaration?.schemas), rows(declaration?.fdws), rows(declaration?.servers)];
  return {
    name: database,
    declaration,
    ensure: declaration?.ensure ?? null,
    applied: declaration === undefined ? null : together([own, ...schemas, ...extensions, ...fdws, ...servers]),
    remark: own.remark ?? (declaration?.ensure === 'absent' ? undefined : inside.remark),
    lookedAtMs: undefined,
    schemas,
    extensions,
    fdws,
    servers,
    findings: [],
  };
}

/**
 * What is known when a declaration changed and the database was not looked at since: of what is declared as before, what
 * was said before.
 */
export function reportAnnounced(
  declaration: DatabaseDeclaration,
  before: DatabaseReport | undefined,
  remark: Remark,
): DatabaseReport {
  const unseen = reportUnseen(declaration.name, declaration, undefined, { applied: null, remark });
  const was = before?.declaration;
  if (before === undefined || was === undefined || was.ensure !== declaration.ensure) return unseen;
  const schemas = keepRows(unseen.schemas, before.schemas, [declaration.schemas, was.schemas]);
  const extensions = keepRows(unseen.extensions, before.extensions, [declaration.extensions, was.extensions]);
  const fdws = keepRows(unseen.fdws, before.fdws, [declaration.fdws, was.fdws]);
  const servers = keepRows(unseen.servers, before.servers, [declaration.servers, was.servers]);
  const rows = [...schemas, ...extensions, ...fdws, ...servers];
  const applied = together([{ applied: null }, ...rows]);
  return { ...unseen, applied, schemas, extensions, fdws, servers, findings: before.findings };
}

function keepRows<Row extends ItemRow>(
  unseen: readonly Row[],
  before: readonly Row[],
  [declared, was]: readonly [readonly { readonly name: string }[], readonly { readonly name: string }[]],
): readonly Row[] {
  const named = (name: string) => (one: { readonly name: string }) => one.name === name;
  return unseen.map((row) => {
    const isSame = isDeepStrictEqual(declared.find(named(row.name)), was.find(named(row.name)));
    return (isSame ? before.find(named(row.name)) : undefined) ?? row;
  });
}

function unknownVersions(
  declaration: DatabaseDeclaration | undefined,
  name: string,
): Pick<ExtensionRow, 'installedVersion' | 'desiredVersion' | 'defaultVersion' | 'schema'> {
  const desiredVersion = declaration?.extensions.find((extension) => extension.name === name)?.version;
  return { installedVersion: undefined, desiredVersion, defaultVersion: undefined, schema: undefined };
}

function declaredRows(
  kind: ItemKind,
  declared: readonly { readonly name: string; readonly ensure: Ensure }[] = [],
  items: readonly PlannedItem[],
): readonly ItemRow[] {
  return declared.map(({ name, ensure }) => ({
    name,
    ensure,
    ...stateOf(items.find(({ item }) => item.kind === kind && item.name === name)?.verdict),
  }));
}

/** What is due is on its way: neither there nor refused. */
function stateOf(verdict: Verdict | undefined): Pick<ItemRow, 'applied' | 'remark'> {
  switch (verdict?.kind) {
    case 'in-place':
      return { applied: true, remark: verdict.remark };
    case 'blocked':
      return { applied: verdict.remark.reason === 'WaitingForPromotion' ? null : false, remark: verdict.remark };
    default:
      return { applied: null, remark: undefined };
  }
}

function together(rows: readonly Pick<ItemRow, 'applied'>[]): boolean | null {
  if (rows.some(({ applied }) => applied === false)) return false;
  return rows.some(({ applied }) => applied === null) ? null : true;
}
