import { factsOf, factsOn, sorted } from './fact-query.ts';

// What is rare in extensions, and the extension itself.

export const otherFacts: readonly string[] = [
  factsOf('pg_extension', {
    version: 'o.extversion',
    schema: 'o.extnamespace::regnamespace',
    relocatable: 'o.extrelocatable',
    requires: `(SELECT string_agg(r.extname, ', ' ORDER BY r.extname) FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_extension r ON r.oid = d.refobjid
      WHERE d.classid = m.classid AND d.objid = m.objid AND d.refclassid = m.classid)`,
  }),
  // What pg_dump takes along: https://www.postgresql.org/docs/18/extend-extensions.html#EXTEND-EXTENSIONS-CONFIG-TABLES
  factsOn(
    'pg_extension',
    `JOIN pg_catalog.pg_extension e ON e.oid = m.objid
      CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) AS c (relation, condition)
      -- A script that drops such a table leaves its oid in the list.
      WHERE EXISTS (SELECT FROM pg_catalog.pg_class r WHERE r.oid = c.relation)`,
    `'configuration table ' || c.relation::regclass`,
    `coalesce(nullif(c.condition, ''), 'all rows')`,
  ),
  factsOf('pg_collation', {
    provider: 'o.collprovider',
    deterministic: 'o.collisdeterministic',
    encoding: 'o.collencoding',
    locale: 'ARRAY[o.collcollate, o.collctype, o.colllocale]',
    rules: 'o.collicurules',
  }),
  factsOf('pg_foreign_data_wrapper', {
    handler: 'o.fdwhandler::regproc',
    validator: 'o.fdwvalidator::regproc',
    options: sorted('o.fdwoptions'),
  }),
  factsOf('pg_foreign_server', {
    wrapper: '(SELECT fdwname FROM pg_catalog.pg_foreign_data_wrapper WHERE oid = o.srvfdw)',
    type: 'o.srvtype',
    'server version': 'o.srvversion',
    options: sorted('o.srvoptions'),
  }),
  factsOf('pg_statistic_ext', { definition: 'pg_get_statisticsobjdef(o.oid)', target: 'o.stxstattarget' }),
  factsOf('pg_ts_parser', {
    functions: 'ARRAY[o.prsstart, o.prstoken, o.prsend, o.prsheadline, o.prslextype]::regproc[]',
  }),
  factsOf('pg_ts_template', { functions: 'ARRAY[o.tmplinit, o.tmpllexize]::regproc[]' }),
  factsOf('pg_ts_dict', {
    template: '(SELECT tmplname FROM pg_catalog.pg_ts_template WHERE oid = o.dicttemplate)',
    options: 'o.dictinitoption',
  }),
  factsOf('pg_ts_config', { parser: '(SELECT prsname FROM pg_catalog.pg_ts_parser WHERE oid = o.cfgparser)' }),
  factsOn(
    'pg_ts_config',
    'JOIN pg_catalog.pg_ts_config_map c ON c.mapcfg = m.objid',
    `'mapping ' || c.maptokentype || ', ' || c.mapseqno`,
    'c.mapdict::regdictionary::text',
  ),
  factsOf('pg_publication', {
    publishes: 'ARRAY[o.pubinsert, o.pubupdate, o.pubdelete, o.pubtruncate, o.pubviaroot, o.puballtables]',
    'generated columns': 'o.pubgencols',
  }),
  factsOn(
    'pg_publication',
    'JOIN pg_catalog.pg_publication_rel r ON r.prpubid = m.objid',
    `'table ' || r.prrelid::regclass`,
    `concat_ws(' ', 'columns ' || r.prattrs::text, pg_get_expr(r.prqual, r.prrelid))`,
  ),
];
