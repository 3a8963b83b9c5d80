import type { Client } from 'pg';
import { isSessionGone, sqlFailure } from './execute-statement.ts';
import type { AvailableExtension, DatabaseRow, ReplicationSlot, ServerCatalog } from './server-catalog.ts';

/**
 * Looks at what all databases share, from any of them, and at the files that the server finds: one round trip. `roles`
 * are those to ask for. Throws what the server says, and when the session is broken.
 *
 * A control file that PostgreSQL cannot read makes its view of all of them fail; then each folder of
 * extension_control_path is asked by itself, and the extensions of the broken one are not available.
 */
export async function observeServerCatalog(client: Client, roles: readonly string[]): Promise<ServerCatalog> {
  try {
    return serverCatalog(
      await askAll<ServerRow & AvailableRows>(client, `${serverQuery},${availableColumns}`, [roles]),
    );
  } catch (error) {
    if (isSessionGone(sqlFailure(error))) throw error;
    const row = await askAll<ServerRow>(client, serverQuery, [roles]);
    return serverCatalog({ ...row, ...(await askFolders(client, row.extension_control_path)) });
  }
}

/** json_agg makes null of no rows. */
interface ServerRow {
  readonly in_recovery: boolean;
  readonly dynamic_library_path: string;
  readonly extension_control_path: string;
  readonly databases: readonly DatabaseRow[] | null;
  readonly roles: readonly string[] | null;
  readonly slots: readonly ReplicationSlot[] | null;
  readonly library_settings: ServerCatalog['librarySettings'] | null;
}

interface AvailableRows {
  readonly extensions: readonly { readonly name: string; readonly default_version: string | null }[] | null;
  readonly versions: readonly VersionRow[] | null;
}

interface VersionRow {
  readonly name: string;
  readonly version: string;
  readonly requires: readonly string[] | null;
  readonly schema: string | null;
  readonly relocatable: boolean;
}

function serverCatalog(row: ServerRow & AvailableRows): ServerCatalog {
  return {
    inRecovery: row.in_recovery,
    databases: row.databases ?? [],
    roles: new Set(row.roles),
    available: availableExtensions(row),
    slots: row.slots ?? [],
    dynamicLibraryPath: row.dynamic_library_path,
    librarySettings: row.library_settings ?? [],
  };
}

function availableExtensions({ extensions, versions }: AvailableRows): ReadonlyMap<string, AvailableExtension> {
  const versionsOf = Map.groupBy(versions ?? [], ({ name }) => name);
  return new Map(
    extensions?.map(({ name, default_version: defaultVersion }) => [
      name,
      {
        name,
        defaultVersion: defaultVersion ?? undefined,
        versions: new Map(
          versionsOf
            .get(name)
            ?.map(({ version, requires, schema, relocatable }) => [
              version,
              { requires: requires ?? [], schema: schema ?? undefined, relocatable },
            ]),
        ),
      },
    ]),
  );
}

async function askAll<T>(client: Client, query: string, values: readonly unknown[]): Promise<T> {
  const { rows } = await client.query<{ readonly answer: T }>(
    `SELECT pg_catalog.to_json(s) AS answer FROM (${query}) s`,
    [...values],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the server answered without a row');
  return row.answer;
}

/** The first folder that has an extension wins, as it does for CREATE EXTENSION. */
async function askFolders(client: Client, controlPath: string): Promise<AvailableRows> {
  const extensions = new Map<string, NonNullable<AvailableRows['extensions']>[number]>();
  const versions: VersionRow[] = [];
  for (const folder of controlPath === '' ? ['$system'] : controlPath.split(':')) {
    const found = await askFolder(client, folder);
    const isNew = ({ name }: { readonly name: string }): boolean => !extensions.has(name);
    versions.push(...(found.versions ?? []).filter(isNew));
    for (const extension of (found.extensions ?? []).filter(isNew)) extensions.set(extension.name, extension);
  }
  return { extensions: [...extensions.values()], versions };
}

/** One statement, and no transaction around it: others use the session as well. */
async function askFolder(client: Client, folder: string): Promise<AvailableRows> {
  try {
    return await askAll<AvailableRows>(client, folderQuery, [folder]);
  } catch (error) {
    if (isSessionGone(sqlFailure(error))) throw error;
    return { extensions: null, versions: null };
  }
}

/** Names as they are, even longer ones than can exist: a cast to `name` would cut them off. */
const serverQuery = `
SELECT
  pg_catalog.pg_is_in_recovery() AS in_recovery,
  pg_catalog.current_setting('dynamic_library_path') AS dynamic_library_path,
  pg_catalog.current_setting('extension_control_path') AS extension_control_path,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', d.datname, 'owner', pg_catalog.pg_get_userbyid(d.datdba), 'isTemplate', d.datistemplate,
      'allowsConnections', d.datallowconn, 'connectionLimit', d.datconnlimit, 'tablespace', t.spcname,
      'encoding', pg_catalog.pg_encoding_to_char(d.encoding),
      'localeProvider', CASE d.datlocprovider WHEN 'b' THEN 'builtin' WHEN 'i' THEN 'icu' ELSE 'libc' END,
      'collate', d.datcollate, 'characterType', d.datctype, 'providerLocale', d.datlocale) ORDER BY d.datname)
     FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace) AS databases,
  (SELECT pg_catalog.json_agg(r.rolname) FROM pg_catalog.pg_roles r WHERE r.rolname = ANY ($1::text[])) AS roles,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', s.slot_name, 'plugin', s.plugin, 'database', s.database))
     FROM pg_catalog.pg_replication_slots s WHERE s.slot_type = 'logical') AS slots,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', l.name || l.place, 'value', l.value))
     FROM (SELECT n.name, '' AS place, pg_catalog.current_setting(n.name, true) AS value
             FROM (VALUES ('session_preload_libraries'), ('local_preload_libraries'), ('archive_library')) n(name)
           UNION ALL
           SELECT pg_catalog.split_part(c.setting, '=', 1),
                  CASE WHEN o.setrole <> 0 THEN ' of the role ' || r.rolname || coalesce(' in the database ' || d.datname, '')
                       WHEN o.setdatabase <> 0 THEN ' of the database ' || d.datname
                       ELSE ' of all roles' END,
                  pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)
             FROM pg_catalog.pg_db_role_setting o
             CROSS JOIN LATERAL pg_catalog.unnest(o.setconfig) c(setting)
             LEFT JOIN pg_catalog.pg_roles r ON r.oid = o.setrole
             LEFT JOIN pg_catalog.pg_database d ON d.oid = o.setdatabase
            WHERE pg_catalog.split_part(c.setting, '=', 1) IN ('session_preload_libraries', 'local_preload_libraries')) l
    WHERE l.value <> '') AS library_settings`;

/** What is named twice is what the first folder has. */
const availableColumns = `
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', e.name, 'default_version', e.default_version))
     FROM pg_catalog.pg_available_extensions e) AS extensions,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', v.name, 'version', v.version, 'requires', v.requires, 'schema', v.schema, 'relocatable', v.relocatable))
     FROM pg_catalog.pg_available_extension_versions v) AS versions`;

/** The setting is in force before the views are read, since they wait for it, and until the statement ends. */
const folderQuery = `
SELECT a.*
  FROM (SELECT pg_catalog.set_config('extension_control_path', $1, true) AS path OFFSET 0) s
 CROSS JOIN LATERAL (SELECT ${availableColumns} WHERE s.path IS NOT NULL) a`;
