import { factsOf } from './fact-query.ts';

// Functions, procedures, aggregates, and what is made of them.

const family = `(SELECT quote_ident(n.nspname) || '.' || quote_ident(f.opfname) FROM pg_catalog.pg_opfamily f
  JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace WHERE f.oid =`;

export const routineFacts: readonly string[] = [
  // As text, with everything that CREATE FUNCTION can say: https://www.postgresql.org/docs/18/functions-info.html
  `SELECT m.classid, m.objid, 'definition', pg_get_functiondef(o.oid)
FROM member m JOIN pg_catalog.pg_proc o ON o.oid = m.objid AND m.classid = 'pg_catalog.pg_proc'::regclass
WHERE o.prokind <> 'a'`,
  factsOf(
    'pg_proc',
    {
      arguments: 'pg_get_function_arguments(o.oid)',
      result: 'pg_get_function_result(o.oid)',
      parallel: 'o.proparallel',
      kind: 'a.aggkind',
      'direct arguments': 'a.aggnumdirectargs',
      'transition function': 'a.aggtransfn::regprocedure',
      'final function': 'a.aggfinalfn::regprocedure',
      'combine function': 'a.aggcombinefn::regprocedure',
      'serialization function': 'a.aggserialfn::regprocedure',
      'deserialization function': 'a.aggdeserialfn::regprocedure',
      'transition function for moving': 'a.aggmtransfn::regprocedure',
      'inverse function for moving': 'a.aggminvtransfn::regprocedure',
      'final function for moving': 'a.aggmfinalfn::regprocedure',
      'final function gets extra arguments': 'ARRAY[a.aggfinalextra, a.aggmfinalextra]',
      'final function modifies': 'ARRAY[a.aggfinalmodify, a.aggmfinalmodify]',
      'sort operator': 'a.aggsortop::regoperator',
      'transition type': 'ARRAY[a.aggtranstype::regtype, a.aggmtranstype::regtype]',
      'transition space': 'ARRAY[a.aggtransspace, a.aggmtransspace]',
      'initial value': 'ARRAY[a.agginitval, a.aggminitval]',
    },
    'JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = o.oid',
  ),
  factsOf('pg_operator', {
    kind: 'o.oprkind',
    result: 'o.oprresult::regtype',
    function: 'o.oprcode::regprocedure',
    commutator: 'o.oprcom::regoperator',
    negator: 'o.oprnegate::regoperator',
    'restriction estimator': 'o.oprrest::regproc',
    'join estimator': 'o.oprjoin::regproc',
    merges: 'o.oprcanmerge',
    hashes: 'o.oprcanhash',
  }),
  factsOf('pg_opclass', {
    family: `${family} o.opcfamily)`,
    'input type': 'o.opcintype::regtype',
    'key type': 'o.opckeytype::regtype',
    default: 'o.opcdefault',
  }),
  // What ALTER OPERATOR FAMILY adds hangs on the family, what CREATE OPERATOR CLASS adds on the class, and both do the same.
  `SELECT m.classid, m.objid,
  'operator ' || o.amopstrategy || ' of ' || o.amoplefttype::regtype || ', ' || o.amoprighttype::regtype || ' for ' || o.amoppurpose::text,
  o.amopopr::regoperator || coalesce(' order by ' || ${family} o.amopsortfamily), '')
FROM member m JOIN pg_catalog.pg_amop o ON o.amopfamily = m.objid AND m.classid = 'pg_catalog.pg_opfamily'::regclass`,
  `SELECT m.classid, m.objid,
  'function ' || o.amprocnum || ' of ' || o.amproclefttype::regtype || ', ' || o.amprocrighttype::regtype,
  o.amproc::regprocedure::text
FROM member m JOIN pg_catalog.pg_amproc o ON o.amprocfamily = m.objid AND m.classid = 'pg_catalog.pg_opfamily'::regclass`,
  factsOf('pg_cast', { function: 'o.castfunc::regprocedure', context: 'o.castcontext', method: 'o.castmethod' }),
  factsOf('pg_transform', { 'from SQL': 'o.trffromsql::regprocedure', 'to SQL': 'o.trftosql::regprocedure' }),
  factsOf('pg_am', { handler: 'o.amhandler::regproc', type: 'o.amtype' }),
  factsOf('pg_language', {
    trusted: 'o.lanpltrusted',
    handler: 'o.lanplcallfoid::regprocedure',
    'inline handler': 'o.laninline::regprocedure',
    validator: 'o.lanvalidator::regprocedure',
  }),
  factsOf('pg_conversion', {
    function: 'o.conproc::regproc',
    from: 'pg_encoding_to_char(o.conforencoding)',
    to: 'pg_encoding_to_char(o.contoencoding)',
    default: 'o.condefault',
  }),
  factsOf('pg_event_trigger', {
    event: 'o.evtevent',
    function: 'o.evtfoid::regproc',
    enabled: 'o.evtenabled',
    tags: 'o.evttags',
  }),
];
