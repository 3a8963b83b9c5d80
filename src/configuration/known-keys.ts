import type { Step } from '../documents/complaint.ts';
import { hasKind } from './database-document.ts';

/** The keys that may stand beside the one at the end of the path. */
export function knownKeys(path: readonly Step[], root: unknown): readonly string[] {
  const parent = parentOf(path);
  return (hasKind(root) ? keysInDocument : keysInConfiguration)[parent] ?? [];
}

/** What to do about a key that has its place, but not in this file. */
export function explainMisplaced(path: readonly Step[], root: unknown): string | undefined {
  const key = String(path.at(-1));
  const parent = parentOf(path);
  if (!hasKind(root)) {
    const isOfDocument = parent === '' && keysInDocument['']?.includes(key) === true;
    return isOfDocument
      ? 'a document of CloudNativePG has the key kind, too; remove it, or add kind: Database'
      : undefined;
  }
  if (parent === '') {
    const isOwn = keysInConfiguration['']?.includes(key) === true;
    return isOwn ? 'a file with kind holds one document and nothing else; put it into a file of its own' : undefined;
  }
  const isOfEntry = keysInConfiguration[parent.replace(/^spec/, 'databases/#')]?.includes(key) === true;
  const message = 'CloudNativePG does not have it; to use it, declare the database under the key databases';
  return isOfEntry ? message : undefined;
}

function parentOf(path: readonly Step[]): string {
  return path
    .slice(0, -1)
    .map((step) => (typeof step === 'number' ? '#' : step))
    .join('/');
}

type KeysByParent = Readonly<Record<string, readonly string[]>>;

const keysOfEntry = [
  ...['name', 'owner', 'create_owner', 'ensure', 'extensions', 'schemas', 'fdws', 'servers', 'template', 'encoding'],
  ...['locale', 'locale_provider', 'locale_collate', 'locale_ctype', 'icu_locale', 'icu_rules', 'builtin_locale'],
  ...['collation_version', 'is_template', 'allow_connections', 'connection_limit', 'tablespace'],
];

const keysOfSpec = [
  ...['cluster', 'name', 'owner', 'ensure', 'databaseReclaimPolicy', 'extensions', 'schemas', 'fdws', 'servers'],
  ...['template', 'encoding', 'locale', 'localeProvider', 'localeCollate', 'localeCType', 'icuLocale', 'icuRules'],
  ...['builtinLocale', 'collationVersion', 'isTemplate', 'allowConnections', 'connectionLimit', 'tablespace'],
];

const keysInConfiguration: KeysByParent = {
  '': ['extensions', 'shared_preload_libraries', 'parameters', 'restart_policy', 'removal', 'databases'],
  'extensions/#': [
    'name',
    'image',
    'extension_control_path',
    'dynamic_library_path',
    'ld_library_path',
    'bin_path',
    'env',
  ],
  'extensions/#/image': ['reference', 'pullPolicy'],
  'extensions/#/env/#': ['name', 'value'],
  'databases/#': keysOfEntry,
  'databases/#/extensions/#': ['name', 'ensure', 'version', 'schema', 'update', 'cascade'],
  ...keysOfObjects('databases/#'),
};

const keysInDocument: KeysByParent = {
  '': ['apiVersion', 'kind', 'metadata', 'spec', 'status'],
  spec: keysOfSpec,
  'spec/extensions/#': ['name', 'ensure', 'version', 'schema'],
  ...keysOfObjects('spec'),
};

function keysOfObjects(database: string): KeysByParent {
  const lists = ['fdws', 'servers'].flatMap((list) => [
    [`${database}/${list}/#/options/#`, ['name', 'value', 'ensure']],
    [`${database}/${list}/#/usage/#`, ['name', 'type']],
  ]);
  return {
    [`${database}/schemas/#`]: ['name', 'ensure', 'owner'],
    [`${database}/fdws/#`]: ['name', 'ensure', 'handler', 'validator', 'owner', 'options', 'usage'],
    [`${database}/servers/#`]: ['name', 'ensure', 'fdw', 'options', 'usage'],
    ...Object.fromEntries(lists),
  };
}
