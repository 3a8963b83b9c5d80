import type { DatabaseDeclaration, DatabaseProperties } from '../configuration/database-declaration.ts';
import { reservedDatabases } from '../configuration/database-rules.ts';
import { showName } from '../lib/show-name.ts';
import { checkCreation } from './check-creation.ts';
import type { DatabaseAction, ItemKey, OneDatabaseProperty } from './database-action.ts';
import type { DatabasePlan, Remark, Verdict } from './database-plan.ts';
import type { DatabaseRow, ServerCatalog } from './server-catalog.ts';

type SeenServer = Pick<ServerCatalog, 'databases' | 'roles'>;

/** What each declaration means for the database as such, by database: that it is there, whose it is, or that it is gone. */
export function planServer(
  declarations: readonly DatabaseDeclaration[],
  server: SeenServer,
): ReadonlyMap<string, DatabasePlan> {
  const roles = { wanted: wantedOwners(declarations), planned: new Set<string>() };
  return new Map(declarations.map((declaration) => [declaration.name, planDatabase(declaration, server, roles)]));
}

/** Why a database cannot be looked into, if it cannot. */
export function whySkipped({ name, connectionLimit, allowsConnections }: DatabaseRow): Remark | undefined {
  if (connectionLimit === invalid) return remark('DatabaseInvalid', invalidSentence(name));
  if (allowsConnections) return undefined;
  return remark(
    'DatabaseNotConnectable',
    `The database ${showName(name)} does not accept connections, so it is not looked into; declare allow_connections: true for it, or, where that is not declared at all, run ALTER DATABASE … ALLOW_CONNECTIONS true.`,
  );
}

/** How pg_database marks what an interrupted DROP DATABASE has left behind. */
const invalid = -2;

/** Several databases can belong to one role, which is made once: CREATE ROLE has no IF NOT EXISTS. */
interface NewRoles {
  readonly wanted: ReadonlySet<string>;
  /** By the plans of the databases that came before. */
  readonly planned: Set<string>;
}

function wantedOwners(declarations: readonly DatabaseDeclaration[]): ReadonlySet<string> {
  const wanting = declarations.filter(({ ensure, createOwner }) => ensure === 'present' && createOwner);
  return new Set(wanting.flatMap(({ owner }) => owner ?? []));
}

function planDatabase(declaration: DatabaseDeclaration, server: SeenServer, roles: NewRoles): DatabasePlan {
  const row = server.databases.find(({ name }) => name === declaration.name);
  if (declaration.ensure === 'absent') return planAbsent(declaration, row);
  if (row?.connectionLimit === invalid) {
    return blocked(declaration.name, remark('DatabaseInvalid', invalidSentence(declaration.name)));
  }
  const { name, owner } = declaration;
  if (owner === undefined || server.roles.has(owner)) return planPresent(declaration, row, []);
  if (!roles.wanted.has(owner)) return blocked(name, ownerMissing(name, owner));
  const isPlanned = roles.planned.has(owner);
  roles.planned.add(owner);
  return planPresent(declaration, row, isPlanned ? [] : [{ kind: 'create-role', role: owner }]);
}

function planAbsent({ name, properties }: DatabaseDeclaration, row: DatabaseRow | undefined): DatabasePlan {
  if (row === undefined) return inPlace(name);
  if (reservedDatabases.has(name)) {
    return blocked(
      name,
      remark(
        'DatabaseReserved',
        `The database ${showName(name)} belongs to PostgreSQL and is not dropped; take ensure: absent away.`,
      ),
    );
  }
  const isMadeDroppable = row.isTemplate && properties.isTemplate === false;
  const property = { name: 'isTemplate', value: false } as const;
  return due(name, [
    ...(isMadeDroppable ? [{ kind: 'alter-database-property', database: name, property } as const] : []),
    { kind: 'drop-database', database: name },
  ]);
}

function planPresent(
  declaration: DatabaseDeclaration,
  row: DatabaseRow | undefined,
  role: readonly DatabaseAction[],
): DatabasePlan {
  const { name, owner, creation, properties } = declaration;
  if (row === undefined) {
    return due(name, [...role, { kind: 'create-database', database: name, owner, creation, properties }]);
  }
  const actions = [...role, ...changes(row, owner, properties)];
  if (actions.length > 0) return due(name, actions);
  const skipped = whySkipped(row);
  if (skipped !== undefined && somethingIsDeclaredIn(declaration)) return blocked(name, skipped);
  return only(name, { kind: 'in-place', remark: checkCreation(creation, row) }, []);
}

function changes(
  row: DatabaseRow,
  owner: string | undefined,
  { isTemplate, allowConnections, connectionLimit, tablespace }: DatabaseProperties,
): readonly DatabaseAction[] {
  const differing: (OneDatabaseProperty | false)[] = [
    isTemplate !== undefined && isTemplate !== row.isTemplate && { name: 'isTemplate', value: isTemplate },
    allowConnections !== undefined &&
      allowConnections !== row.allowsConnections && { name: 'allowConnections', value: allowConnections },
    connectionLimit !== undefined &&
      connectionLimit !== row.connectionLimit && { name: 'connectionLimit', value: connectionLimit },
    tablespace !== undefined && tablespace !== row.tablespace && { name: 'tablespace', value: tablespace },
  ];
  const database = row.name;
  return [
    ...(owner === undefined || owner === row.owner ? [] : [{ kind: 'alter-database-owner', database, owner } as const]),
    ...differing.flatMap((property) =>
      property === false ? [] : [{ kind: 'alter-database-property', database, property } as const],
    ),
  ];
}

function somethingIsDeclaredIn({ schemas, extensions, fdws, servers }: DatabaseDeclaration): boolean {
  return schemas.length + extensions.length + fdws.length + servers.length > 0;
}

function ownerMissing(name: string, owner: string): Remark {
  return remark(
    'OwnerMissing',
    `The database ${showName(name)} is to belong to the role ${showName(owner)}, which does not exist; create the role, or write create_owner: true.`,
  );
}

function invalidSentence(name: string): string {
  return `The database ${showName(name)} is what an interrupted DROP DATABASE has left behind and can only be dropped; run DROP DATABASE on it, then it is made anew if it is declared.`;
}

function remark(reason: Remark['reason'], message: string): Remark {
  return { reason, message };
}

function item(name: string): ItemKey {
  return { kind: 'database', name };
}

function only(name: string, verdict: Verdict, actions: readonly DatabaseAction[]): DatabasePlan {
  return {
    items: [{ item: item(name), verdict }],
    actions: actions.map((action) => ({ item: item(name), action, after: [] })),
  };
}

function due(name: string, actions: readonly DatabaseAction[]): DatabasePlan {
  return only(name, { kind: 'due' }, actions);
}

function blocked(name: string, why: Remark): DatabasePlan {
  return only(name, { kind: 'blocked', remark: why }, []);
}

function inPlace(name: string): DatabasePlan {
  return only(name, { kind: 'in-place', remark: undefined }, []);
}
