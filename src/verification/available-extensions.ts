import type { Client } from 'pg';
import type { Requirements } from './order-requirements.ts';
import type { AvailableVersion, UpdatePath } from './plan-updates.ts';

/** What the server offers, its own extensions and those of the images. */
export interface AvailableExtensions {
  /** Of the default versions. */
  readonly requirements: Requirements;
  readonly versions: ReadonlyMap<string, readonly AvailableVersion[]>;
}

interface Row extends AvailableVersion {
  readonly name: string;
  readonly is_default: boolean;
}

/** https://www.postgresql.org/docs/18/view-pg-available-extension-versions.html */
export async function readAvailableExtensions(client: Client): Promise<AvailableExtensions> {
  const { rows } = await client.query<Row>(`
SELECT v.name, v.version, coalesce(v.requires, '{}')::pg_catalog.text[] AS requires, v.version = e.default_version AS is_default
FROM pg_catalog.pg_available_extension_versions v JOIN pg_catalog.pg_available_extensions e USING (name)`);
  return {
    requirements: new Map(rows.filter((row) => row.is_default).map(({ name, requires }) => [name, requires])),
    versions: Map.groupBy(rows, ({ name }) => name),
  };
}

export async function readUpdatePaths(client: Client, extension: string): Promise<readonly UpdatePath[]> {
  const { rows } = await client.query<UpdatePath>({
    text: 'SELECT source, target, path FROM pg_catalog.pg_extension_update_paths($1)',
    values: [extension],
  });
  return rows;
}
