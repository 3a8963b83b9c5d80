import type { Client } from 'pg';
import type {
  DatabaseCatalog,
  InstalledExtension,
  ObservedFdw,
  ObservedServer,
  UsedLibrary,
} from './database-catalog.ts';

/**
 * Looks into the database of this session: one round trip. Foreign data wrappers and servers are looked at only when
 * `foreign` says so. Throws what the server says, and when the session is broken.
 */
export async function observeDatabaseCatalog(
  client: Client,
  { foreign }: { readonly foreign: boolean },
): Promise<DatabaseCatalog> {
  const { rows } = await client.query<CatalogRow>(foreign ? `${insideQuery},${foreignColumns}` : insideQuery);
  const [row] = rows;
  if (row === undefined) throw new Error('the server answered without a row');
  return {
    extensions: new Map(row.extensions?.map((extension) => [extension.name, extension])),
    libraries: (row.libraries ?? []).map((library) => ({ ...library, extension: library.extension ?? undefined })),
    schemas: new Map(row.schemas?.map(({ name, owner }) => [name, owner])),
    fdws: new Map(row.fdws?.map((fdw) => [fdw.name, observedFdw(fdw)])),
    servers: new Map(row.servers?.map((server) => [server.name, observedServer(server)])),
  };
}

/** json_agg makes null of no rows. */
interface CatalogRow {
  readonly extensions: readonly InstalledExtension[] | null;
  readonly libraries: readonly (Omit<UsedLibrary, 'extension'> & { readonly extension: string | null })[] | null;
  readonly schemas: readonly { readonly name: string; readonly owner: string }[] | null;
  readonly fdws?: readonly FdwRow[] | null;
  readonly servers?: readonly ServerRow[] | null;
}

interface FdwRow extends GrantedObject {
  readonly owner: string;
  readonly handler: string | null;
  readonly validator: string | null;
}

interface ServerRow extends GrantedObject {
  readonly fdw: string;
}

interface GrantedObject {
  readonly name: string;
  readonly options: readonly { readonly name: string; readonly value: string | null }[] | null;
  readonly usage: readonly string[] | null;
}

function observedFdw({ owner, handler, validator, ...object }: FdwRow): ObservedFdw {
  return { owner, handler: handler ?? undefined, validator: validator ?? undefined, ...granted(object) };
}

function observedServer({ fdw, ...object }: ServerRow): ObservedServer {
  return { fdw, ...granted(object) };
}

function granted({ options, usage }: GrantedObject): Pick<ObservedServer, 'options' | 'usage'> {
  return { options: new Map(options?.map(({ name, value }) => [name, value ?? ''])), usage: new Set(usage) };
}

/**
 * Objects of initdb have OIDs below 16384: https://www.postgresql.org/docs/18/system-catalog-initial-data.html.
 * Functions of a database come by the index on their OIDs, so that the thousands of initdb cost nothing. With
 * pg_catalog alone in the search_path, a function is shown with its schema.
 */
const insideQuery = `
SELECT
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', e.extname, 'version', e.extversion, 'schema', n.nspname, 'relocatable', e.extrelocatable))
     FROM pg_catalog.pg_extension e
     JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace) AS extensions,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'probin', l.probin, 'functions', l.functions, 'example', l.first::pg_catalog.regprocedure,
      'extension', (SELECT e.extname FROM pg_catalog.pg_extension e WHERE e.oid = l.extension)))
     FROM (SELECT p.probin, pg_catalog.count(*) AS functions, pg_catalog.min(p.oid) AS first,
                  (SELECT d.refobjid FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.objsubid = 0
                      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e') AS extension
             FROM pg_catalog.pg_proc p
            WHERE p.oid >= 16384 AND p.probin IS NOT NULL
            GROUP BY p.probin, extension) l) AS libraries,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', n.nspname, 'owner', pg_catalog.pg_get_userbyid(n.nspowner)))
     FROM pg_catalog.pg_namespace n
    WHERE n.nspname !~ '^pg_(toast_)?temp_[0-9]+$') AS schemas`;

/** The session that changes things has only `public` in its search_path besides pg_catalog. */
const functionName = (column: string): string => `
        (SELECT CASE WHEN n.nspname IN ('pg_catalog', 'public') THEN p.proname::text
                     ELSE n.nspname || '.' || p.proname END
           FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = ${column})`;

const optionsOf = (column: string): string => `
        (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', o.option_name, 'value', o.option_value))
           FROM pg_catalog.pg_options_to_table(${column}) o)`;

/** What was never granted or revoked is null in the catalogue: https://www.postgresql.org/docs/18/ddl-priv.html */
const usageOf = (acl: string, kind: 'F' | 'S', owner: string): string => `
        (SELECT pg_catalog.json_agg(CASE a.grantee WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END)
           FROM pg_catalog.aclexplode(coalesce(${acl}, pg_catalog.acldefault('${kind}', ${owner}))) a
          WHERE a.privilege_type = 'USAGE')`;

const foreignColumns = `
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', w.fdwname, 'owner', pg_catalog.pg_get_userbyid(w.fdwowner),
      'handler', ${functionName('w.fdwhandler')}, 'validator', ${functionName('w.fdwvalidator')},
      'options', ${optionsOf('w.fdwoptions')}, 'usage', ${usageOf('w.fdwacl', 'F', 'w.fdwowner')}))
     FROM pg_catalog.pg_foreign_data_wrapper w) AS fdws,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', s.srvname, 'fdw', w.fdwname,
      'options', ${optionsOf('s.srvoptions')}, 'usage', ${usageOf('s.srvacl', 'S', 's.srvowner')}))
     FROM pg_catalog.pg_foreign_server s
     JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw) AS servers`;
