import type { Ensure } from '../configuration/database-declaration.ts';
import type { DatabaseReport, DatabasesReport, ExtensionRow, ItemRow } from '../databases/database-report.ts';
import type { ItemReason } from '../lib/finding.ts';

/** A declared thing, or an extension or a database that is there without being declared: `ensure` is null then. */
export interface ItemStatus {
  readonly name: string;
  readonly ensure: Ensure | null;
  /** Null: not known yet, waiting for promotion, or not declared. */
  readonly applied: boolean | null;
  readonly reason: ItemReason | null;
  readonly message: string | null;
}

export interface DatabaseExtensionStatus extends ItemStatus {
  readonly installedVersion: string | null;
  readonly desiredVersion: string | null;
  readonly defaultVersion: string | null;
  readonly schema: string | null;
}

export interface DatabaseStatus extends ItemStatus {
  /** When it was last looked into; null: not since the manager started. */
  readonly lookedAt: string | null;
  readonly extensions: readonly DatabaseExtensionStatus[];
  readonly schemas: readonly ItemStatus[];
  readonly fdws: readonly ItemStatus[];
  readonly servers: readonly ItemStatus[];
}

/** `databases` of `/status`: all that were seen, declared or not. */
export function databasesStatus(
  { databases }: DatabasesReport,
  timeOf: (ms: number) => string = (ms) => new Date(ms).toISOString(),
): readonly DatabaseStatus[] {
  return databases.map((database) => databaseStatus(database, timeOf));
}

function databaseStatus(database: DatabaseReport, timeOf: (ms: number) => string): DatabaseStatus {
  const { lookedAtMs } = database;
  return {
    ...itemStatus(database),
    lookedAt: lookedAtMs === undefined ? null : timeOf(lookedAtMs),
    extensions: database.extensions.map(extensionStatus),
    schemas: database.schemas.map(itemStatus),
    fdws: database.fdws.map(itemStatus),
    servers: database.servers.map(itemStatus),
  };
}

function extensionStatus(row: ExtensionRow): DatabaseExtensionStatus {
  return {
    ...itemStatus(row),
    installedVersion: row.installedVersion ?? null,
    desiredVersion: row.desiredVersion ?? null,
    defaultVersion: row.defaultVersion ?? null,
    schema: row.schema ?? null,
  };
}

function itemStatus({ name, ensure, applied, remark }: ItemRow): ItemStatus {
  return { name, ensure, applied, reason: remark?.reason ?? null, message: remark?.message ?? null };
}
