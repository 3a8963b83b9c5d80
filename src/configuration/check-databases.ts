import type { Complaint, Step } from '../documents/complaint.ts';
import { describeFound } from '../documents/found-value.ts';
import { listOf, mapOf } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { hasKind } from './database-document.ts';
import { reservedDatabases } from './database-rules.ts';
import { type Item, type PlacedComplaint, repetitions } from './placed-complaint.ts';

export interface DatabasesCheck {
  readonly problems: readonly PlacedComplaint[];
  readonly warnings: readonly PlacedComplaint[];
}

/**
 * What is wrong with declared databases of which each value is fine by itself, whichever of the two formats they are
 * written in. Works on values as they were written, as checkTogether does.
 */
export function checkDatabases(documents: readonly SourceDocument[]): DatabasesCheck {
  const databases = documents.flatMap(databasesOf);
  return {
    problems: [
      ...checkNames(databases, 'each database once', 'the same database is already declared at'),
      ...databases.flatMap(checkDatabase),
    ],
    warnings: databases.flatMap((database) => [...warnAboutAbsent(database), ...warnAboutReclaiming(database)]),
  };
}

/** A map in a document, and where it stands. */
interface Entry {
  readonly document: SourceDocument;
  readonly path: readonly Step[];
  readonly entry: Readonly<Record<string, unknown>>;
}

function databasesOf(document: SourceDocument): readonly Entry[] {
  const { value } = document;
  const root: Entry = { document, path: [], entry: mapOf(value) };
  if (!hasKind(value)) return entriesOf(root, 'databases');
  return root.entry['kind'] === 'Database' ? [{ document, path: ['spec'], entry: mapOf(root.entry['spec']) }] : [];
}

function entriesOf({ document, path, entry }: Entry, list: string): readonly Entry[] {
  return listOf(entry[list]).map((item, index) => ({ document, path: [...path, list, index], entry: mapOf(item) }));
}

function checkDatabase(database: Entry): readonly PlacedComplaint[] {
  const [schemas, extensions, fdws, servers] = [
    entriesOf(database, 'schemas'),
    entriesOf(database, 'extensions'),
    entriesOf(database, 'fdws'),
    entriesOf(database, 'servers'),
  ];
  return [
    ...checkReserved(database),
    ...checkOwner(database),
    ...checkNames(schemas, 'each schema once in a database', alreadyAt('schema')),
    ...checkNames(extensions, 'each extension once in a database', alreadyAt('extension')),
    ...checkNames(fdws, 'each foreign data wrapper once in a database', alreadyAt('foreign data wrapper')),
    ...checkNames(servers, 'each server once in a database', alreadyAt('server')),
    ...extensions.flatMap(checkUpdate),
    ...servers.flatMap((server) => askFor('fdw', server)),
    ...[...fdws, ...servers].flatMap(checkOptions),
  ];
}

function checkReserved(database: Entry): readonly PlacedComplaint[] {
  const { name, ensure } = database.entry;
  if (ensure !== 'absent' || typeof name !== 'string' || !reservedDatabases.has(name)) return [];
  const message = `every server has the database ${name}, it is not dropped; remove ensure: absent`;
  return [complain(database, 'ensure', { expected: `present for ${name}`, message })];
}

function checkOwner(database: Entry): readonly PlacedComplaint[] {
  // In a document, where CloudNativePG has no such key, it is refused as unknown.
  if (database.path[0] !== 'databases' || database.entry['create_owner'] !== true || isSet(database, 'owner'))
    return [];
  const message = 'say who is to be created with owner, or remove create_owner';
  return [complain(database, 'create_owner', { expected: 'create_owner together with owner', message })];
}

function checkUpdate(extension: Entry): readonly PlacedComplaint[] {
  if (extension.path[0] !== 'databases' || extension.entry['update'] !== 'default' || !isSet(extension, 'version'))
    return [];
  const message = 'a version stays as it is written, update: default follows the image; choose one of the two';
  return [complain(extension, 'update', { expected: 'either version or update: default', message })];
}

function checkOptions(holder: Entry): readonly PlacedComplaint[] {
  const options = entriesOf(holder, 'options');
  return [
    ...checkNames(options, 'each option once', alreadyAt('option')),
    ...checkNames(entriesOf(holder, 'usage'), 'each role once', alreadyAt('role')),
    ...options.flatMap((option) => askFor('value', option)),
  ];
}

// Something that is to be dropped needs no more than its name.
function askFor(key: string, holder: Entry): readonly PlacedComplaint[] {
  if (holder.entry['ensure'] === 'absent' || isSet(holder, key) || Object.keys(holder.entry).length === 0) return [];
  return [complain(holder, key, { expected: 'a text', message: `${key} is required` })];
}

function warnAboutAbsent(database: Entry): readonly PlacedComplaint[] {
  if (database.entry['ensure'] !== 'absent') return [];
  const filled = ['schemas', 'extensions', 'fdws', 'servers'].filter((list) => listOf(database.entry[list]).length > 0);
  const message = 'the database is to be absent, so what is declared in it is ignored';
  return filled.map((list) => complain(database, list, { expected: 'nothing beside ensure: absent', message }, 'key'));
}

function warnAboutReclaiming(database: Entry): readonly PlacedComplaint[] {
  if (database.entry['databaseReclaimPolicy'] !== 'delete' || database.path[0] !== 'spec') return [];
  const message = 'taking the document away does not drop the database here, ensure: absent does';
  return [complain(database, 'databaseReclaimPolicy', { expected: 'retain', message })];
}

function checkNames(entries: readonly Entry[], expected: string, reason: string): readonly PlacedComplaint[] {
  const items = entries.map(({ document, path, entry }): Item => {
    const name = entry['name'];
    return { document, path: [...path, 'name'], name: typeof name === 'string' && name !== '' ? name : undefined };
  });
  return repetitions(items, expected, reason);
}

function alreadyAt(what: string): string {
  return `the same ${what} is already listed at`;
}

function isSet({ entry }: Entry, key: string): boolean {
  return (entry[key] ?? null) !== null;
}

function complain(
  { document, path, entry }: Entry,
  key: string,
  sentence: Pick<Complaint, 'expected' | 'message'>,
  at: Complaint['at'] = 'value',
): PlacedComplaint {
  const found = describeFound(entry[key], [...path, key]);
  return { document, complaint: { path: [...path, key], at, found, ...sentence } };
}
