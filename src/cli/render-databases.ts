import { showName } from '../lib/show-name.ts';
import type { DatabaseExtensionStatus, DatabaseStatus, ItemStatus } from '../status/databases-status.ts';
import { textTable } from './text-table.ts';

const head = ['DATABASE', 'EXTENSION', 'INSTALLED', 'DESIRED', 'DEFAULT', 'APPLIED', 'REASON'] as const;

/** The lines of a table of what is declared in databases, and of what else is to be known of them; none if there is nothing. */
export function renderDatabases(databases: readonly DatabaseStatus[]): readonly string[] {
  const rows = databases.filter(isShown).flatMap(databaseRows);
  return rows.length === 0 ? [] : textTable(head, rows);
}

function isShown({ ensure, extensions }: DatabaseStatus): boolean {
  return ensure !== null || extensions.some(({ reason }) => reason !== null);
}

function databaseRows(database: DatabaseStatus): readonly (readonly string[])[] {
  const name = showName(database.name);
  const others = [
    ...itemRows(name, 'schema', database.schemas),
    ...itemRows(name, 'fdw', database.fdws),
    ...itemRows(name, 'server', database.servers),
  ];
  const extensions = database.extensions.map((extension) => extensionRow(name, extension));
  const rows = [...others, ...extensions];
  return rows.length === 0 || hasOwnReason(database)
    ? [[name, '-', '-', database.ensure === 'absent' ? 'absent' : '-', '-', ...lastColumns(database)], ...rows]
    : rows;
}

/** In a database that could not be looked into, each row has the reason of the database. */
function hasOwnReason({ reason, extensions }: DatabaseStatus): boolean {
  return reason !== null && !extensions.some((extension) => extension.reason === reason);
}

function extensionRow(database: string, extension: DatabaseExtensionStatus): readonly string[] {
  const { installedVersion, desiredVersion, defaultVersion } = extension;
  return [
    database,
    showName(extension.name),
    shown(installedVersion),
    extension.ensure === 'absent' ? 'absent' : shown(desiredVersion),
    shown(defaultVersion),
    ...lastColumns(extension),
  ];
}

/** The table is about extensions; of the other things only those that are not as declared. */
function itemRows(database: string, kind: string, items: readonly ItemStatus[]): readonly (readonly string[])[] {
  return items
    .filter(({ applied }) => applied !== true)
    .map((item) => [database, `${kind}/${showName(item.name)}`, '-', '-', '-', ...lastColumns(item)]);
}

function lastColumns({ ensure, applied, reason }: ItemStatus): readonly [string, string] {
  const word = applied === null ? 'waiting' : applied ? 'yes' : 'no';
  return [ensure === null ? '-' : word, reason ?? '-'];
}

function shown(version: string | null): string {
  return version === null ? '-' : showName(version);
}
