// Who owns an object, who may use it, and what is said about it.

/** Catalogs with an owner and privileges; the letter is what acldefault() calls the kind. */
const owned: readonly (readonly [catalog: string, prefix: string, kind: string | undefined])[] = [
  ['pg_proc', 'pro', `'f'`],
  ['pg_type', 'typ', `'T'`],
  ['pg_class', 'rel', `(CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char"`],
  ['pg_namespace', 'nsp', `'n'`],
  ['pg_language', 'lan', `'l'`],
  ['pg_foreign_data_wrapper', 'fdw', `'F'`],
  ['pg_foreign_server', 'srv', `'S'`],
  ['pg_operator', 'opr', undefined],
  ['pg_opclass', 'opc', undefined],
  ['pg_opfamily', 'opf', undefined],
  ['pg_collation', 'coll', undefined],
  ['pg_conversion', 'con', undefined],
  ['pg_statistic_ext', 'stx', undefined],
  ['pg_ts_config', 'cfg', undefined],
  ['pg_ts_dict', 'dict', undefined],
  ['pg_event_trigger', 'evt', undefined],
  ['pg_publication', 'pub', undefined],
];

/** Of each role by itself, with who gave them: https://www.postgresql.org/docs/18/ddl-priv.html */
const grantee = `(CASE p.grantee WHEN 0 THEN 'PUBLIC' ELSE p.grantee::regrole::text END)`;
const privilege = `p.privilege_type || (CASE WHEN p.is_grantable THEN ' with grant option' ELSE '' END) || ' by '
  || p.grantor::regrole::text`;
const privileges = `string_agg(${privilege}, ', ' ORDER BY ${privilege})`;

function ownerOf([catalog, prefix]: (typeof owned)[number]): string {
  return `SELECT m.classid, m.objid, 'owner', o.${prefix}owner::regrole::text
FROM member m JOIN pg_catalog.${catalog} o ON o.oid = m.objid AND m.classid = 'pg_catalog.${catalog}'::regclass`;
}

/** No privileges at all are those that the kind of object has by default. */
function privilegesOf([catalog, prefix, kind]: (typeof owned)[number]): readonly string[] {
  if (kind === undefined) return [];
  return [
    `SELECT m.classid, m.objid, 'privileges of ' || ${grantee}, ${privileges}
FROM member m JOIN pg_catalog.${catalog} o ON o.oid = m.objid AND m.classid = 'pg_catalog.${catalog}'::regclass
CROSS JOIN LATERAL aclexplode(coalesce(o.${prefix}acl, acldefault(${kind}, o.${prefix}owner))) p
GROUP BY m.classid, m.objid, p.grantee`,
  ];
}

export const ownerFacts: readonly string[] = [
  ...owned.map(ownerOf),
  ...owned.flatMap(privilegesOf),
  `SELECT m.classid, m.objid, 'privileges of ' || ${grantee} || ' on column ' || quote_ident(a.attname), ${privileges}
FROM member m JOIN pg_catalog.pg_attribute a ON a.attrelid = m.objid AND m.classid = 'pg_catalog.pg_class'::regclass
CROSS JOIN LATERAL aclexplode(a.attacl) p
WHERE NOT a.attisdropped GROUP BY m.classid, m.objid, a.attname, p.grantee`,
  // The comment of the extension is that of the control file at the time of CREATE EXTENSION: no update changes it.
  `SELECT m.classid, m.objid, 'comment' || coalesce(' of column ' || a.attname, ''), d.description
FROM member m JOIN pg_catalog.pg_description d ON d.classoid = m.classid AND d.objoid = m.objid
LEFT JOIN pg_catalog.pg_attribute a ON d.objsubid > 0 AND a.attrelid = m.objid AND a.attnum = d.objsubid
WHERE m.classid <> 'pg_catalog.pg_extension'::regclass`,
  `SELECT m.classid, m.objid, 'security label of ' || l.provider || coalesce(' for column ' || a.attname, ''), l.label
FROM member m JOIN pg_catalog.pg_seclabel l ON l.classoid = m.classid AND l.objoid = m.objid
LEFT JOIN pg_catalog.pg_attribute a ON l.objsubid > 0 AND a.attrelid = m.objid AND a.attnum = l.objsubid`,
];
