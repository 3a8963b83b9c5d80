/**
 * Facts of a catalog with one row for each member: columns of the catalog, called `o`, by the names under which a difference is
 * told. Oids are cast to what they name, since an oid is another one in every database.
 */
export function factsOf(catalog: string, columns: Readonly<Record<string, string>>, more = ''): string {
  const list = Object.entries(columns).map(([name, expression]) => `${expression} AS "${name}"`);
  return `SELECT m.classid, m.objid, f.key, f.value
FROM member m JOIN pg_catalog.${catalog} o ON o.oid = m.objid AND m.classid = 'pg_catalog.${catalog}'::regclass
${more}
CROSS JOIN LATERAL (SELECT ${list.join(', ')}) AS described
CROSS JOIN LATERAL jsonb_each_text(to_jsonb(described)) f
WHERE f.value IS NOT NULL`;
}

/** Facts of what hangs on a member, one for each: the columns of a table, the labels of an enum. */
export function factsOn(
  catalog: 'pg_class' | 'pg_type' | 'pg_ts_config' | 'pg_publication' | 'pg_extension',
  from: string,
  aspect: string,
  value: string,
): string {
  return `SELECT m.classid, m.objid, ${aspect}, ${value}
FROM member m ${from}
AND m.classid = 'pg_catalog.${catalog}'::regclass`;
}

/** The options of a foreign table or a server, and of relations, in one order. */
export function sorted(array: string): string {
  return `(SELECT string_agg(one, ', ' ORDER BY one) FROM unnest(${array}) AS one)`;
}
