import type { ExtensionDeclaration } from '../configuration/database-declaration.ts';
import { showName } from '../lib/show-name.ts';
import type { ItemKey } from './database-action.ts';
import type { Remark } from './database-plan.ts';
import { extensionIn } from './extension-words.ts';
import type { ExtensionInputs } from './plan-extensions.ts';

export type SchemaCheck =
  | {
      readonly kind: 'usable';
      /** For the statement; undefined: PostgreSQL finds the schema, or makes it. */
      readonly schema: string | undefined;
      /** What is to be made before. */
      readonly after: readonly ItemKey[];
    }
  | { readonly kind: 'blocked'; readonly remark: Remark };

type Known = Pick<ExtensionInputs, 'database' | 'declaration' | 'catalog'>;

/** `prescribed` is the schema of the control file, of which CREATE EXTENSION lets nobody deviate. */
export function checkNewSchema(
  { name, schema }: Pick<ExtensionDeclaration, 'name' | 'schema'>,
  prescribed: string | undefined,
  known: Known,
): SchemaCheck {
  if (prescribed === undefined) {
    if (schema !== undefined) return checkSchema(name, schema, known);
    // The search path of the session is `public`, which is where it ends up.
    const checked = checkSchema(name, 'public', known);
    return checked.kind === 'usable' ? { ...checked, schema: undefined } : checked;
  }
  if (schema !== undefined && schema !== prescribed) {
    const what = `${extensionIn(name, known.database)} cannot be created in the schema ${showName(schema)}`;
    const why = `its control file prescribes ${showName(prescribed)}: write schema: ${showName(prescribed)}, or leave it out`;
    return blocked('NotRelocatable', `${what}, because ${why}.`);
  }
  const checked = place(prescribed, known);
  // A schema that it prescribes itself, and only that, CREATE EXTENSION makes; unless it stands in the statement.
  // https://www.postgresql.org/docs/18/sql-createextension.html
  if (checked.kind === 'there') return { kind: 'usable', schema, after: [] };
  if (checked.kind === 'declared') return { kind: 'usable', schema, after: [checked.item] };
  return { kind: 'usable', schema: undefined, after: [] };
}

/** For a schema that the user chooses freely. */
export function checkSchema(extension: string, schema: string, known: Known): SchemaCheck {
  const what = `${extensionIn(extension, known.database)} is to be in the schema ${showName(schema)}`;
  if (schema === 'information_schema' || schema.startsWith('pg_')) {
    return blocked('SchemaReserved', `${what}, which belongs to PostgreSQL itself: choose another, such as public.`);
  }
  const checked = place(schema, known);
  switch (checked.kind) {
    case 'there':
      return { kind: 'usable', schema, after: [] };
    case 'declared':
      return { kind: 'usable', schema, after: [checked.item] };
    case 'leaving':
      return blocked('SchemaMissing', `${what}, which is declared with ensure: absent: keep it, or choose another.`);
    case 'missing':
      return blocked(
        'SchemaMissing',
        `${what}, which does not exist: create it, declare it under schemas, or choose another.`,
      );
  }
}

type Place =
  | { readonly kind: 'there' }
  | { readonly kind: 'declared'; readonly item: ItemKey }
  | { readonly kind: 'leaving' }
  | { readonly kind: 'missing' };

function place(schema: string, { declaration, catalog }: Known): Place {
  const declared = declaration?.schemas.find(({ name }) => name === schema)?.ensure;
  if (declared === 'absent') return { kind: 'leaving' };
  if (catalog.schemas.has(schema)) return { kind: 'there' };
  return declared === 'present' ? { kind: 'declared', item: { kind: 'schema', name: schema } } : { kind: 'missing' };
}

function blocked(reason: Remark['reason'], message: string): SchemaCheck {
  return { kind: 'blocked', remark: { reason, message } };
}
