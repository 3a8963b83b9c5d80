import { factsOf, factsOn, sorted } from './fact-query.ts';

// Tables, views, sequences, and the types.

/** Columns by their place among those that are left: what was dropped in between is of no consequence. */
const columns = `JOIN (
  SELECT a.*, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS place,
    pg_get_expr(d.adbin, d.adrelid) AS expression
  FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384
) a ON`;

const column = `concat_ws(' ', a.place || '.', format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attcollation <> 0 THEN 'collate ' || a.attcollation::regcollation END,
  CASE WHEN a.attnotnull THEN 'not null' END,
  CASE a.attgenerated WHEN '' THEN 'default ' WHEN 's' THEN 'generated stored ' ELSE 'generated virtual ' END || a.expression,
  'identity ' || nullif(a.attidentity::text, ''), 'storage ' || a.attstorage::text, 'compression ' || nullif(a.attcompression::text, ''),
  'statistics ' || a.attstattarget, 'options ' || ${sorted('a.attoptions')}, 'options ' || ${sorted('a.attfdwoptions')},
  CASE WHEN a.attislocal THEN NULL ELSE 'inherited' END)`;

const relations: readonly string[] = [
  factsOf('pg_class', {
    kind: 'o.relkind',
    persistence: 'o.relpersistence',
    'access method': '(SELECT amname FROM pg_catalog.pg_am WHERE oid = o.relam)',
    options: sorted('o.reloptions'),
    'options of TOAST': `(SELECT ${sorted('t.reloptions')} FROM pg_catalog.pg_class t WHERE t.oid = o.reltoastrelid)`,
    'row security': 'ARRAY[o.relrowsecurity, o.relforcerowsecurity]',
    'replica identity': 'o.relreplident',
    'of type': 'nullif(o.reloftype, 0)::regtype',
    'partition key': `CASE o.relkind WHEN 'p' THEN pg_get_partkeydef(o.oid) END`,
    'partition bound': 'pg_get_expr(o.relpartbound, o.oid)',
    parents: `(SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
      FROM pg_catalog.pg_inherits i WHERE i.inhrelid = o.oid)`,
    definition: `CASE WHEN o.relkind IN ('v', 'm') THEN pg_get_viewdef(o.oid) END`,
    'foreign server': `(SELECT concat_ws(': ', s.srvname, ${sorted('t.ftoptions')}) FROM pg_catalog.pg_foreign_table t
      JOIN pg_catalog.pg_foreign_server s ON s.oid = t.ftserver WHERE t.ftrelid = o.oid)`,
  }),
  factsOn('pg_class', `${columns} a.attrelid = m.objid`, `'column ' || quote_ident(a.attname)`, column),
  factsOn(
    'pg_class',
    // That a column is not null is said of the column; the constraint has a name that nobody gave it.
    `JOIN pg_catalog.pg_constraint c ON c.conrelid = m.objid AND c.contype <> 'n'`,
    `'constraint ' || quote_ident(c.conname)`,
    `pg_get_constraintdef(c.oid) || CASE WHEN c.convalidated THEN '' ELSE ' (not validated)' END`,
  ),
  factsOn(
    'pg_class',
    // Those of constraints go with them.
    `JOIN pg_catalog.pg_index x ON x.indrelid = m.objid JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x'))`,
    `'index ' || quote_ident(i.relname)`,
    `pg_get_indexdef(x.indexrelid) || concat_ws(',', '', CASE WHEN x.indisclustered THEN ' clustered' END,
      CASE WHEN x.indisreplident THEN ' replica identity' END, CASE WHEN NOT x.indisvalid THEN ' invalid' END)`,
  ),
  factsOn(
    'pg_class',
    'JOIN pg_catalog.pg_trigger t ON t.tgrelid = m.objid AND NOT t.tgisinternal',
    `'trigger ' || quote_ident(t.tgname)`,
    `pg_get_triggerdef(t.oid) || ' enabled ' || t.tgenabled::text`,
  ),
  factsOn(
    'pg_class',
    `JOIN pg_catalog.pg_rewrite r ON r.ev_class = m.objid AND r.rulename <> '_RETURN'`,
    `'rule ' || quote_ident(r.rulename)`,
    `pg_get_ruledef(r.oid) || ' enabled ' || r.ev_enabled::text`,
  ),
  factsOn(
    'pg_class',
    'JOIN pg_catalog.pg_policy p ON p.polrelid = m.objid',
    `'policy ' || quote_ident(p.polname)`,
    `concat_ws(' ', p.polcmd, CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
      'to ' || (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END, ', ') FROM unnest(p.polroles) r),
      'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))`,
  ),
  factsOn(
    'pg_class',
    'JOIN pg_catalog.pg_sequence s ON s.seqrelid = m.objid',
    `'sequence'`,
    `concat_ws(' ', s.seqtypid::regtype, 'start', s.seqstart, 'increment', s.seqincrement, 'from', s.seqmin, 'to', s.seqmax,
      'cache', s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END)`,
  ),
  factsOn(
    'pg_class',
    `JOIN pg_catalog.pg_depend d ON d.classid = m.classid AND d.objid = m.objid AND d.refobjsubid > 0
      AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_catalog.pg_class'::regclass
      JOIN pg_catalog.pg_class s ON s.oid = m.objid AND s.relkind = 'S'`,
    `'owned by'`,
    'pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)',
  ),
];

const types: readonly string[] = [
  factsOf('pg_type', {
    kind: 'o.typtype',
    category: 'o.typcategory',
    preferred: 'o.typispreferred',
    length: 'o.typlen',
    'passed by value': 'o.typbyval',
    alignment: 'o.typalign',
    storage: 'o.typstorage',
    delimiter: 'o.typdelim',
    functions: `ARRAY[o.typinput, o.typoutput, o.typreceive, o.typsend, o.typmodin, o.typmodout, o.typanalyze,
      o.typsubscript]::regproc[]`,
    element: 'nullif(o.typelem, 0)::regtype',
    'not null': 'o.typnotnull',
    base: `CASE WHEN o.typbasetype <> 0 THEN format_type(o.typbasetype, o.typtypmod) END`,
    collation: 'nullif(o.typcollation, 0)::regcollation',
    default: 'o.typdefault',
    labels: `(SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
      FROM pg_catalog.pg_enum e WHERE e.enumtypid = o.oid)`,
    range: `(SELECT concat_ws(' ', r.rngsubtype::regtype, r.rngmultitypid::regtype, nullif(r.rngcollation, 0)::regcollation,
      c.opcname, r.rngcanonical::regproc, r.rngsubdiff::regproc)
      FROM pg_catalog.pg_range r JOIN pg_catalog.pg_opclass c ON c.oid = r.rngsubopc WHERE r.rngtypid = o.oid)`,
  }),
  factsOn(
    'pg_type',
    `JOIN pg_catalog.pg_type t ON t.oid = m.objid AND t.typtype = 'c' ${columns} a.attrelid = t.typrelid`,
    `'attribute ' || quote_ident(a.attname)`,
    column,
  ),
  factsOn(
    'pg_type',
    'JOIN pg_catalog.pg_constraint c ON c.contypid = m.objid',
    `'constraint ' || quote_ident(c.conname)`,
    `pg_get_constraintdef(c.oid) || CASE WHEN c.convalidated THEN '' ELSE ' (not validated)' END`,
  ),
];

export const relationFacts: readonly string[] = [...relations, ...types];
