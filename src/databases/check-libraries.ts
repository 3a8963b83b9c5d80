import type { Finding } from '../lib/finding.ts';
import { showName } from '../lib/show-name.ts';
import type { LibraryLookup } from '../settings/preload-libraries.ts';
import type { DatabaseCatalog, UsedLibrary } from './database-catalog.ts';
import { howToGetIt } from './explain-availability.ts';
import { extensionIn, listNames, versionKey } from './extension-words.ts';
import type { ServerCatalog } from './server-catalog.ts';

export interface LibraryVerdicts {
  /** By extension, the names of the libraries that its functions point to and that the server does not find. */
  readonly missingByExtension: ReadonlyMap<string, readonly string[]>;
  /** One for each extension, and one for each library that functions made by hand point to. */
  readonly findings: readonly Finding[];
}

interface MissingLibrary extends UsedLibrary {
  /** Without `$libdir/`, which means nothing for a plain name. */
  readonly name: string;
  readonly folders: readonly string[];
}

/** What the server finds, and which image should have it. */
export type KnownExtensions = Parameters<typeof howToGetIt>[1] & {
  readonly server: { readonly available: Pick<ServerCatalog['available'], 'has'> };
};

/**
 * PostgreSQL opens the library of a function when a query calls it, and not before: without a look it is the query that
 * finds out. `lookups` are by probin. https://www.postgresql.org/docs/18/catalog-pg-proc.html
 */
export function checkLibraries(
  database: string,
  catalog: Pick<DatabaseCatalog, 'libraries' | 'extensions'>,
  lookups: ReadonlyMap<string, LibraryLookup>,
  known: KnownExtensions,
): LibraryVerdicts {
  const missing = catalog.libraries.flatMap((used) => missingLibrary(used, lookups.get(used.probin)) ?? []);
  const byExtension = new Map<string, MissingLibrary[]>();
  const byHand = new Map<string, MissingLibrary[]>();
  for (const library of missing) {
    const { extension, name } = library;
    const [group, key] = extension === undefined ? [byHand, name] : [byExtension, extension];
    group.set(key, [...(group.get(key) ?? []), library]);
  }
  const findings = [
    ...[...byExtension].map(([name, libraries]) => ofExtension(database, name, catalog, libraries, known)),
    ...[...byHand.values()].map((libraries) => ofFunctions(database, libraries)),
  ];
  const missingByExtension = new Map([...byExtension].map(([name, libraries]) => [name, namesOf(libraries)]));
  return {
    missingByExtension,
    findings: findings.map((message) => ({
      ...{ severity: 'error', reason: 'LibraryMissing' },
      ...{ subject: `database/${database}`, message },
    })),
  };
}

function missingLibrary(used: UsedLibrary, lookup: LibraryLookup | undefined): MissingLibrary | undefined {
  if (lookup?.kind !== 'missing') return undefined;
  return { ...used, name: used.probin.replace(/^\$libdir\/(?=[^/]*$)/, ''), folders: lookup.folders };
}

function ofExtension(
  database: string,
  extension: string,
  catalog: Pick<DatabaseCatalog, 'libraries' | 'extensions'>,
  libraries: readonly MissingLibrary[],
  known: KnownExtensions,
): string {
  const version = catalog.extensions.get(extension)?.version;
  const which = version === undefined ? '' : ` in version ${showName(version)}`;
  const what = `${extensionIn(extension, database)} needs${which} ${theLibraries(libraries)}`;
  const trouble = `${what}, ${whereNot(libraries)}: ${callsFail(libraries)}`;
  if (!known.server.available.has(extension)) {
    return `${trouble}. Its other files are gone, too: ${howToGetIt(extension, known)}, or drop the extension.`;
  }
  const again = version === undefined ? '' : `, for example with ${versionKey(version)} of it`;
  const update = `if the image that is mounted has a newer version, declare that version or run ALTER EXTENSION … UPDATE as the first statement of a session`;
  return `${trouble}. Mount the image that has ${it(libraries)}${again}; ${update}.`;
}

function ofFunctions(database: string, libraries: readonly MissingLibrary[]): string {
  const example = showName(libraries[0]?.example ?? '');
  const more = countFunctions(libraries) - 1;
  const who = more === 0 ? `${example}, made by hand, needs` : `${example} and ${more} more, made by hand, need`;
  const what = `In the database ${showName(database)} the function ${who} ${theLibraries(libraries)}`;
  return `${what}, ${whereNot(libraries)}: ${callsFail(libraries)}. Mount the image that has it, or drop what needs it.`;
}

function callsFail(libraries: readonly MissingLibrary[]): string {
  const count = countFunctions(libraries);
  return count === 1 ? 'calling its function fails' : `calling any of its ${count} functions fails`;
}

function countFunctions(libraries: readonly MissingLibrary[]): number {
  return libraries.reduce((sum, { functions }) => sum + functions, 0);
}

function theLibraries(libraries: readonly MissingLibrary[]): string {
  const names = namesOf(libraries);
  return `${names.length === 1 ? 'the library' : 'the libraries'} ${listNames(names)}`;
}

function it(libraries: readonly MissingLibrary[]): string {
  return namesOf(libraries).length === 1 ? 'it' : 'them';
}

function namesOf(libraries: readonly MissingLibrary[]): readonly string[] {
  return [...new Set(libraries.map(({ name }) => name))].toSorted();
}

const mostFolders = 8;

function whereNot(libraries: readonly MissingLibrary[]): string {
  const folders = [...new Set(libraries.flatMap((library) => library.folders))];
  const are = namesOf(libraries).length === 1 ? 'which is' : 'which are';
  if (folders.length === 0) return `${are} nowhere, because dynamic_library_path is empty`;
  const more = folders.length - mostFolders;
  const rest = more > 0 ? ` and ${more} more folders of dynamic_library_path` : '';
  return `${are} not in ${folders.slice(0, mostFolders).join(', ')}${rest}`;
}
