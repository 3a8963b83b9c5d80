import type {
  DatabaseDeclaration,
  FdwDeclaration,
  OptionDeclaration,
  ServerDeclaration,
  UsageDeclaration,
} from '../configuration/database-declaration.ts';
import { showName } from '../lib/show-name.ts';
import type { DatabaseAction, OptionChange } from './database-action.ts';
import type { DatabaseCatalog, ObservedFdw, ObservedServer } from './database-catalog.ts';
import type { DatabasePlan, Verdict } from './database-plan.ts';
import { joinItems, plannedItem } from './planned-item.ts';

/** Foreign data wrappers and servers that are declared in a database. */
export function planForeign(
  declaration: Pick<DatabaseDeclaration, 'name' | 'fdws' | 'servers'>,
  catalog: Pick<DatabaseCatalog, 'fdws' | 'servers'>,
): DatabasePlan {
  const declared = new Set(declaration.fdws.filter(({ ensure }) => ensure === 'present').map(({ name }) => name));
  return joinItems([
    ...declaration.fdws.map((fdw) =>
      plannedItem({ kind: 'fdw', name: fdw.name }, fdwActions(fdw, catalog.fdws.get(fdw.name))),
    ),
    ...declaration.servers.map((server) => {
      const existing = catalog.servers.get(server.name);
      const after = declared.has(server.fdw) ? [{ kind: 'fdw', name: server.fdw } as const] : [];
      const refused = refuseOtherWrapper(declaration.name, server, existing);
      return plannedItem({ kind: 'server', name: server.name }, serverActions(server, existing), refused, after);
    }),
  ]);
}

function fdwActions(fdw: FdwDeclaration, existing: ObservedFdw | undefined): readonly DatabaseAction[] {
  const { name, ensure, options } = fdw;
  const [handler, validator, owner] = [said(fdw.handler), said(fdw.validator), said(fdw.owner)];
  if (ensure === 'absent') return existing === undefined ? [] : [{ kind: 'drop-fdw', fdw: name }];
  if (existing === undefined) {
    return [
      { kind: 'create-fdw', fdw: name, handler, validator, options },
      ...(owner === undefined ? [] : [{ kind: 'alter-fdw-owner', fdw: name, owner } as const]),
      ...usageActions('FOREIGN DATA WRAPPER', name, fdw.usage, new Set()),
    ];
  }
  const changedHandler = isOther(handler, existing.handler) ? handler : undefined;
  const changedValidator = isOther(validator, existing.validator) ? validator : undefined;
  const changes = optionChanges(options, existing.options);
  return [
    ...(changedHandler === undefined && changedValidator === undefined
      ? []
      : [{ kind: 'alter-fdw-functions', fdw: name, handler: changedHandler, validator: changedValidator } as const]),
    ...(owner === undefined || owner === existing.owner
      ? []
      : [{ kind: 'alter-fdw-owner', fdw: name, owner } as const]),
    ...(changes.length === 0 ? [] : [{ kind: 'alter-fdw-options', fdw: name, changes } as const]),
    ...usageActions('FOREIGN DATA WRAPPER', name, fdw.usage, existing.usage),
  ];
}

/** In documents of CloudNativePG an empty text is one that was left out. */
function said(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function serverActions(server: ServerDeclaration, existing: ObservedServer | undefined): readonly DatabaseAction[] {
  const { name, ensure, fdw, options } = server;
  if (ensure === 'absent') return existing === undefined ? [] : [{ kind: 'drop-server', server: name }];
  if (existing === undefined) {
    return [
      { kind: 'create-server', server: name, fdw, options },
      ...usageActions('FOREIGN SERVER', name, server.usage, new Set()),
    ];
  }
  const changes = optionChanges(options, existing.options);
  return [
    ...(changes.length === 0 ? [] : [{ kind: 'alter-server-options', server: name, changes } as const]),
    ...usageActions('FOREIGN SERVER', name, server.usage, existing.usage),
  ];
}

/** The wrapper of a server cannot be changed: https://www.postgresql.org/docs/18/sql-alterserver.html */
function refuseOtherWrapper(
  database: string,
  { name, ensure, fdw }: ServerDeclaration,
  existing: ObservedServer | undefined,
): Verdict | undefined {
  if (ensure === 'absent' || existing === undefined || existing.fdw === fdw) return undefined;
  const message = `The server ${showName(name)} in the database ${showName(database)} uses the foreign data wrapper ${showName(existing.fdw)}, declared is ${showName(fdw)}; PostgreSQL cannot change that: declare it with ensure: absent first, or correct fdw.`;
  return { kind: 'blocked', remark: { reason: 'StatementFailed', message } };
}

/**
 * The catalogue's name has no schema when it is in public or pg_catalog. A declared name without one means the function
 * wherever it is: where an extension has put it is the business of that extension.
 */
function isOther(declared: string | undefined, existing: string | undefined): boolean {
  if (declared === undefined) return false;
  if (declared === '-') return existing !== undefined;
  if (existing === undefined) return true;
  return declared.replace(/^(public|pg_catalog)\./, '') !== existing && declared !== bare(existing);
}

function bare(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function optionChanges(
  declared: readonly OptionDeclaration[],
  existing: ReadonlyMap<string, string>,
): readonly OptionChange[] {
  return declared.flatMap(({ name, value, ensure }): readonly OptionChange[] => {
    const current = existing.get(name);
    if (ensure === 'absent') return current === undefined ? [] : [{ change: 'DROP', name }];
    if (current === undefined) return [{ change: 'ADD', name, value }];
    return current === value ? [] : [{ change: 'SET', name, value }];
  });
}

function usageActions(
  on: Extract<DatabaseAction, { kind: 'change-usage' }>['on'],
  name: string,
  declared: readonly UsageDeclaration[],
  existing: ReadonlySet<string>,
): readonly DatabaseAction[] {
  return declared.flatMap((usage) => {
    const role = usage.name.toLowerCase() === 'public' ? 'public' : usage.name;
    return existing.has(role) === (usage.type === 'grant') ? [] : [{ kind: 'change-usage', on, name, usage } as const];
  });
}
