import type { DatabaseDeclaration, ExtensionDeclaration } from '../configuration/database-declaration.ts';
import { assertNever } from '../lib/assert-never.ts';
import { wantedVersion } from './check-installed.ts';
import type { DatabaseCatalog, InstalledExtension } from './database-catalog.ts';
import type { DatabasePlan, PlannedItem, Verdict } from './database-plan.ts';
import type { ExtensionRow } from './database-report.ts';
import { type Decision, decideExtensions } from './decide-extensions.ts';
import { libraryMissing, updateRemark } from './explain-update.ts';
import type { RequiresOf } from './order-extensions.ts';
import { sequenceActions } from './sequence-actions.ts';
import type { ServerCatalog } from './server-catalog.ts';

/** What the extensions of one database are held against. */
export interface ExtensionInputs {
  /** Undefined: nobody has declared the database. */
  readonly declaration: DatabaseDeclaration | undefined;
  readonly database: string;
  readonly server: ServerCatalog;
  readonly catalog: DatabaseCatalog;
  /** By extension: what can be reached from the installed version; one that is not in it was not looked up. */
  readonly updateTargets: ReadonlyMap<string, readonly string[]>;
  /** What the mounted images bring. */
  readonly images: readonly {
    readonly name: string;
    readonly provides: readonly string[];
    readonly libraries: readonly string[];
  }[];
  /** By extension: libraries that its functions need and that are in no folder. */
  readonly missingLibraries: ReadonlyMap<string, readonly string[]>;
}

/** The changes of one database: updates, drops, moves, creations, and in each of these what others need comes first. */
export function planExtensions(inputs: ExtensionInputs): DatabasePlan {
  const declarations = declaredIn(inputs);
  if (declarations.length === 0) return { items: [], actions: [] };
  const requiresOf = requiresIn(declarations, inputs);
  const decisions = decideExtensions(declarations, inputs, requiresOf);
  return {
    items: decisions.map((decision) => ({
      item: { kind: 'extension', name: decision.declared.name },
      verdict: verdictOf(decision),
    })),
    actions: sequenceActions(decisions, requiresOf),
  };
}

/** Where `updateTargets` is needed: https://www.postgresql.org/docs/18/functions-info.html pg_extension_update_paths. */
export function neededUpdateTargets(
  inputs: Omit<ExtensionInputs, 'updateTargets'>,
): readonly { readonly extension: string; readonly from: string }[] {
  const declared = new Map(declaredIn(inputs).map((declaration) => [declaration.name, declaration]));
  const needed: { readonly extension: string; readonly from: string }[] = [];
  for (const { name, version } of inputs.catalog.extensions.values()) {
    const available = inputs.server.available.get(name);
    const declaration = declared.get(name);
    if (available === undefined || declaration?.ensure === 'absent') continue;
    const isBehind = available.defaultVersion !== undefined && available.defaultVersion !== version;
    const isOther = declaration?.version !== undefined && declaration.version !== version;
    if (isBehind || isOther) needed.push({ extension: name, from: version });
  }
  return needed;
}

/**
 * What is declared, in the order of the declaration, then what nobody has declared, by name; plpgsql, which every
 * database has, only in the former. `items` are those of the plan, as far as they have not been held back since.
 */
export function extensionRows(inputs: ExtensionInputs, items: readonly PlannedItem[]): readonly ExtensionRow[] {
  const declarations = declaredIn(inputs);
  const verdicts = new Map(
    items.flatMap(({ item, verdict }) => (item.kind === 'extension' ? [[item.name, verdict] as const] : [])),
  );
  const declared = new Set(declarations.map(({ name }) => name));
  const others = [...inputs.catalog.extensions.values()]
    .filter(({ name }) => !declared.has(name) && name !== 'plpgsql')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...declarations.map((declaration) => declaredRow(declaration, verdicts.get(declaration.name), inputs)),
    ...others.map((installed) => undeclaredRow(installed, inputs)),
  ];
}

function declaredRow(
  declared: ExtensionDeclaration,
  verdict: Verdict | undefined,
  inputs: ExtensionInputs,
): ExtensionRow {
  const { name, ensure } = declared;
  return {
    name,
    ensure,
    applied: appliedBy(verdict),
    remark: verdict === undefined || verdict.kind === 'due' ? undefined : verdict.remark,
    installedVersion: inputs.catalog.extensions.get(name)?.version,
    desiredVersion: ensure === 'present' ? wantedVersion(declared, inputs) : undefined,
    defaultVersion: inputs.server.available.get(name)?.defaultVersion,
    schema: inputs.catalog.extensions.get(name)?.schema,
  };
}

/** What is due is on its way, and what waits for promotion is nobody's fault. */
function appliedBy(verdict: Verdict | undefined): boolean | null {
  if (verdict?.kind === 'in-place') return true;
  return verdict?.kind === 'blocked' && verdict.remark.reason !== 'WaitingForPromotion' ? false : null;
}

function undeclaredRow(installed: InstalledExtension, inputs: ExtensionInputs): ExtensionRow {
  const { name, version, schema } = installed;
  const isLibraryMissing = (inputs.missingLibraries.get(name) ?? []).length > 0;
  return {
    name,
    ensure: null,
    applied: null,
    remark: isLibraryMissing ? libraryMissing(installed, inputs) : updateRemark(installed, inputs),
    installedVersion: version,
    desiredVersion: undefined,
    defaultVersion: inputs.server.available.get(name)?.defaultVersion,
    schema,
  };
}

/** Each name once; the ones of a database that is to go do not count. */
function declaredIn({ declaration }: Pick<ExtensionInputs, 'declaration'>): readonly ExtensionDeclaration[] {
  return declaration?.ensure === 'present' ? declaration.extensions : [];
}

/** What is installed and what is wanted may require different things; both are heeded. */
function requiresIn(declarations: readonly ExtensionDeclaration[], { server, catalog }: ExtensionInputs): RequiresOf {
  const wanted = new Map(declarations.map(({ name, version }) => [name, version]));
  return (name) => {
    const available = server.available.get(name);
    if (available === undefined) return [];
    const installed = available.versions.get(catalog.extensions.get(name)?.version ?? '');
    const aim = available.versions.get(wanted.get(name) ?? available.defaultVersion ?? '');
    return [...(installed?.requires ?? []), ...(aim?.requires ?? [])];
  };
}

function verdictOf(decision: Decision): Verdict {
  switch (decision.kind) {
    case 'in-place':
      return { kind: 'in-place', remark: decision.remark };
    case 'blocked':
      return { kind: 'blocked', remark: decision.remark };
    case 'create':
    case 'change':
    case 'drop':
      return { kind: 'due' };
    default:
      return assertNever(decision);
  }
}
