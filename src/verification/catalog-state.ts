import type { Client } from 'pg';

/** An object of the database or of the whole server that initdb did not make. */
export interface CatalogObject {
  /** In the words of pg_describe_object. */
  readonly description: string;
  /** It goes with another object: the row type of a table, its index, its TOAST table. */
  readonly isPart: boolean;
}

/** By catalog and oid: an object that is made again is another one. */
export type CatalogState = ReadonlyMap<string, CatalogObject>;

/** https://www.postgresql.org/docs/18/system-catalog-initial-data.html#SYSTEM-CATALOG-OID-ASSIGNMENT */
const firstNormalOid = 16_384;

/** PostgreSQL knows best which catalogs there are. */
const catalogsWithOid = `
SELECT c.oid::pg_catalog.regclass::text AS name
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.relkind = 'r' AND a.attname = 'oid'
ORDER BY 1`;

/** Settings of roles and databases have no oid, and are left behind as easily. */
const settings = `
SELECT 'setting of ' || pg_catalog.concat_ws(' in ', 'role ' || r.rolname, 'database ' || d.datname) || ': ' || one AS description
FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS one
LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole`;

/** All objects that are not PostgreSQL's own. Schemas of temporary objects stay by design, and belong to no session for good. */
export async function readCatalogState(client: Client): Promise<CatalogState> {
  const catalogs = await client.query<{ name: string }>({ text: catalogsWithOid });
  const every = catalogs.rows.map(
    ({ name }) =>
      `SELECT '${name}'::pg_catalog.regclass::pg_catalog.oid AS classid, oid AS objid FROM ${name} WHERE oid >= ${firstNormalOid}`,
  );
  const objects = await client.query<{ id: string; description: string | null; part: boolean }>(`
WITH one AS MATERIALIZED (${every.join('\nUNION ALL ')})
SELECT one.classid || ' ' || one.objid AS id,
  pg_catalog.pg_describe_object(one.classid, one.objid, 0) AS description,
  EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = one.classid AND d.objid = one.objid
    AND d.deptype IN ('a', 'i') AND d.refobjid >= ${firstNormalOid}
    AND d.refclassid <> 'pg_catalog.pg_extension'::pg_catalog.regclass) AS part
FROM one`);
  const configured = await client.query<{ description: string }>(settings);
  return new Map([
    ...objects.rows.flatMap(({ id, description, part }): readonly [string, CatalogObject][] =>
      description === null || /^schema pg_(toast_)?temp_\d+$/.test(description)
        ? []
        : [[id, { description, isPart: part }]],
    ),
    ...configured.rows.map(({ description }): [string, CatalogObject] => [description, { description, isPart: false }]),
  ]);
}

/** The two ways in which a DROP EXTENSION is wrong, as descriptions; what goes with another object is not told. */
export interface StateChange {
  readonly left: readonly string[];
  readonly gone: readonly string[];
}

/**
 * `ownSchema`: the one of the control file. PostgreSQL makes it, and leaves it where it is when the extension goes:
 * https://www.postgresql.org/docs/18/sql-createextension.html
 */
export function compareStates(before: CatalogState, after: CatalogState, ownSchema: string | undefined): StateChange {
  const isByDesign = (description: string): boolean => ownSchema !== undefined && description === `schema ${ownSchema}`;
  return { left: only(after, before).filter((one) => !isByDesign(one)), gone: only(before, after) };
}

function only(one: CatalogState, other: CatalogState): readonly string[] {
  const all = [...one].filter(([id]) => !other.has(id)).map(([, object]) => object);
  const whole = all.filter(({ isPart }) => !isPart);
  return (whole.length > 0 ? whole : all).map(({ description }) => description).sort();
}
