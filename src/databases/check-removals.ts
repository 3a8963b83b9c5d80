import type { Finding } from '../lib/finding.ts';
import { showName } from '../lib/show-name.ts';
import type { LeavingImage } from '../removal/leaving-images.ts';
import { libraryName } from '../removal/library-name.ts';
import { splitLibraryList } from '../settings/guc-list.ts';
import type { DatabaseCatalog, UsedLibrary } from './database-catalog.ts';
import { removalFinding } from './removal-finding.ts';
import type { ServerCatalog } from './server-catalog.ts';

export interface RemovalInputs {
  readonly leaving: readonly LeavingImage[];
  /** The images of the configuration that are mounted, and what the server brings itself. */
  readonly staying: readonly Offer[];
  readonly looks: readonly { readonly database: string; readonly catalog: DatabaseCatalog }[];
  /** Without those that cannot hold anything that could be used: template0, and what a DROP DATABASE left behind. */
  readonly notLookedAt: readonly UnseenDatabase[];
  readonly slots: ServerCatalog['slots'];
  /** What users name in shared_preload_libraries now. */
  readonly preloadWanted: readonly string[];
  readonly librarySettings: ServerCatalog['librarySettings'];
}

/** `libraries` are names of files with or without `.so`. */
export interface Offer {
  readonly provides: readonly string[];
  readonly libraries: readonly string[];
}

export interface UnseenDatabase {
  readonly database: string;
  readonly why: string;
}

export interface Removal {
  readonly image: string;
  readonly state: LeavingImage['state'];
  /** What needs it, and what is to be done about that; database by database, then what all share. */
  readonly blockers: readonly string[];
  /** All databases were seen, and nothing needs it. */
  readonly isFree: boolean;
  /** Undefined: it is free. */
  readonly finding: Finding | undefined;
}

/** What only this image has, of all that is there. */
interface OnlyHere {
  readonly extensions: ReadonlySet<string>;
  readonly libraries: ReadonlySet<string>;
  readonly mountPath: string;
}

/** What still needs the images that left the configuration. What something that stays brings as well is no reason to hold. */
export function checkRemovals(inputs: RemovalInputs): readonly Removal[] {
  if (inputs.leaving.length === 0) return [];
  const extensions = new Set(inputs.staying.flatMap(({ provides }) => provides));
  const libraries = new Set(inputs.staying.flatMap((offer) => offer.libraries.map(libraryName)));
  return inputs.leaving.map((image) =>
    checkRemoval(image, inputs, {
      extensions: new Set(image.applied.provides).difference(extensions),
      libraries: new Set(image.applied.libraries.map(libraryName)).difference(libraries),
      mountPath: image.mountPath,
    }),
  );
}

function checkRemoval(leaving: LeavingImage, inputs: RemovalInputs, onlyHere: OnlyHere): Removal {
  const image = leaving.applied.configuration.name;
  const { state } = leaving;
  const inDatabases = inputs.looks.flatMap(({ database, catalog }) => {
    const uses = usesIn(catalog, onlyHere);
    return uses.length === 0 ? [] : [`database ${showName(database)}: ${uses.join(', ')}`];
  });
  const elsewhere = usesOfServer(inputs, onlyHere);
  const { notLookedAt } = inputs;
  return {
    image,
    state,
    blockers: [...inDatabases, ...elsewhere],
    isFree: inDatabases.length + elsewhere.length + notLookedAt.length === 0,
    finding: removalFinding({ image, state, inDatabases, elsewhere, notLookedAt }),
  };
}

function usesIn({ extensions, libraries }: DatabaseCatalog, onlyHere: OnlyHere): readonly string[] {
  const installed = [...extensions.values()].filter(({ name }) => onlyHere.extensions.has(name));
  const names = new Set(installed.map(({ name }) => name));
  return [
    ...installed.map(({ name, version }) => `DROP EXTENSION ${statementName(name)} (${version})`),
    ...libraries
      .filter(({ extension }) => extension === undefined || !names.has(extension))
      .filter(({ probin }) => isFrom(probin, onlyHere))
      .map((library) => useOfLibrary(library, extensions)),
  ];
}

/** An extension that stays, but in a version that needs a library of this image, is to be updated rather than dropped. */
function useOfLibrary(
  { probin, extension, functions, example }: UsedLibrary,
  extensions: DatabaseCatalog['extensions'],
): string {
  const library = showName(plainName(probin));
  if (extension !== undefined) {
    const version = extensions.get(extension)?.version ?? 'unknown version';
    return `extension ${showName(extension)} (${version}) uses the library ${library}: update or drop it`;
  }
  const what = `function ${printable(example)}`;
  return functions > 1
    ? `${what} and ${functions - 1} more use the library ${library}: drop them`
    : `${what} uses the library ${library}: drop it`;
}

function usesOfServer(inputs: RemovalInputs, onlyHere: OnlyHere): readonly string[] {
  const { slots, preloadWanted, librarySettings } = inputs;
  return [
    ...slots
      .filter(({ plugin }) => isFrom(plugin, onlyHere))
      .map(({ name, plugin }) => `replication slot ${showName(name)} uses ${showName(plugin)}: drop the slot`),
    ...preloadWanted
      .filter((library) => isFrom(library, onlyHere))
      .map((library) => `shared_preload_libraries names ${showName(library)}: take it off`),
    ...librarySettings.flatMap(({ name, value }) => {
      const list = splitLibraryList(value);
      return (list.kind === 'list' ? list.names : [])
        .filter((library) => isFrom(library, onlyHere))
        .map((library) => `${printable(name)} names ${showName(library)}: take it off`);
    }),
  ];
}

/**
 * PostgreSQL looks for a plain name in dynamic_library_path, and since 18 for `$libdir/name` as well; with more folders
 * in it a name is only looked for where it says.
 */
function isFrom(library: string, { libraries, mountPath }: OnlyHere): boolean {
  return library.startsWith(`${mountPath}/`) || libraries.has(plainName(library));
}

function plainName(library: string): string {
  return libraryName(library.replace(/^\$libdir\//, ''));
}

function statementName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${printable(name.replaceAll('"', '""'))}"`;
}

/** For a terminal and a line of a log. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
