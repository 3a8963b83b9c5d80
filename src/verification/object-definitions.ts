import type { Client } from 'pg';
import type { DescribedObject } from './compare-objects.ts';
import { otherFacts } from './definitions-of-others.ts';
import { ownerFacts } from './definitions-of-owners.ts';
import { relationFacts } from './definitions-of-relations.ts';
import { routineFacts } from './definitions-of-routines.ts';

/**
 * The members of an extension, each with texts that differ whenever it behaves differently. Every fact is a row with the
 * catalog and the oid of the object, what it is about, and its text.
 * https://www.postgresql.org/docs/18/catalog-pg-depend.html
 */
const query = `
WITH member AS MATERIALIZED (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
  WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e' AND e.extname = $1
    -- The types that come with a table, and those of arrays.
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend p WHERE d.classid = 'pg_catalog.pg_type'::regclass
      AND p.classid = d.classid AND p.objid = d.objid AND p.deptype = 'i')
  UNION ALL
  SELECT 'pg_catalog.pg_extension'::regclass, oid FROM pg_catalog.pg_extension WHERE extname = $1
), fact (classid, objid, aspect, value) AS (
${[...ownerFacts, ...routineFacts, ...relationFacts, ...otherFacts].join('\nUNION ALL\n')}
), identified AS MATERIALIZED (
  SELECT m.classid, m.objid, i.type, i.identity
  FROM member m CROSS JOIN LATERAL pg_catalog.pg_identify_object(m.classid, m.objid, 0) i
)
SELECT i.type, i.identity, f.aspect, f.value
FROM identified i LEFT JOIN fact f ON f.classid = i.classid AND f.objid = i.objid
ORDER BY i.type, i.identity, f.aspect`;

interface Row {
  readonly type: string;
  readonly identity: string;
  readonly aspect: string | null;
  readonly value: string | null;
}

/** The extension itself is the first of its members. */
export async function readObjects(client: Client, extension: string): Promise<readonly DescribedObject[]> {
  // With nothing else on the path, all names are written with their schemas.
  await client.query('SET search_path = pg_catalog');
  const { rows } = await client.query<Row>(query, [extension]);
  const objects = new Map<string, DescribedObject & { readonly facts: Map<string, string> }>();
  for (const { type, identity, aspect, value } of rows) {
    const name = `${type} ${identity}`;
    const object = objects.get(name) ?? { type, identity, facts: new Map<string, string>() };
    if (aspect !== null && value !== null) object.facts.set(aspect, value);
    objects.set(name, object);
  }
  return [...objects.values()];
}
