import type { DatabaseDeclaration, SchemaDeclaration } from '../configuration/database-declaration.ts';
import { showName } from '../lib/show-name.ts';
import type { DatabaseAction } from './database-action.ts';
import type { DatabaseCatalog } from './database-catalog.ts';
import type { DatabasePlan, Verdict } from './database-plan.ts';
import { joinItems, plannedItem } from './planned-item.ts';

/** The schemas that are declared in a database. */
export function planSchemas(
  { name, schemas }: Pick<DatabaseDeclaration, 'name' | 'schemas'>,
  catalog: Pick<DatabaseCatalog, 'schemas'>,
): DatabasePlan {
  return joinItems(
    schemas.map((schema) => {
      const refused = refuseReserved(name, schema);
      const actions = refused === undefined ? actionsFor(schema, catalog.schemas) : [];
      return plannedItem({ kind: 'schema', name: schema.name }, actions, refused);
    }),
  );
}

/** Schemas that are PostgreSQL's own: https://www.postgresql.org/docs/18/ddl-schemas.html#DDL-SCHEMAS-CATALOG */
export function isReservedSchema(name: string): boolean {
  return name.startsWith('pg_') || name === 'information_schema';
}

function refuseReserved(database: string, { name }: SchemaDeclaration): Verdict | undefined {
  if (!isReservedSchema(name)) return undefined;
  const message = `The schema ${showName(name)} in the database ${showName(database)} is PostgreSQL's own and is neither made nor dropped; choose a name that does not begin with pg_.`;
  return { kind: 'blocked', remark: { reason: 'SchemaReserved', message } };
}

function actionsFor(
  { name, ensure, owner }: SchemaDeclaration,
  existing: DatabaseCatalog['schemas'],
): readonly DatabaseAction[] {
  const currentOwner = existing.get(name);
  if (ensure === 'absent') return currentOwner === undefined ? [] : [{ kind: 'drop-schema', schema: name }];
  if (currentOwner === undefined) return [{ kind: 'create-schema', schema: name, owner }];
  return owner === undefined || owner === currentOwner ? [] : [{ kind: 'alter-schema-owner', schema: name, owner }];
}
