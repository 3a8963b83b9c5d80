import { isSameTarget } from '../elf/elf-target.ts';
import type { Finding } from '../lib/finding.ts';
import { type LoadFailure, loadLibrary } from '../loader/load-library.ts';
import { checkSymbolVersions } from './check-symbol-versions.ts';
import { relativeTo, type TreeFolder } from './image-tree.ts';
import {
  type Files,
  fileName,
  type InspectedImage,
  type InspectedServer,
  type Inspection,
  imageFinding,
  listed,
  needing,
} from './inspected-image.ts';

/** A library of PostgreSQL that an image brings, and what keeps the loader from loading it. */
interface FailingModule {
  readonly path: string;
  readonly failures: readonly LoadFailure[];
}

/** What the modules of an image need, followed as the loader does it in a new session. */
export function checkDependencies(image: InspectedImage, { images, server, files }: Inspection): readonly Finding[] {
  if (server === undefined) return [];
  const modules = failingModules(image, server, files);
  return [
    ...missingLibraries(image, modules, images),
    ...modules.flatMap(({ path, failures }) =>
      failures.flatMap((failure) => {
        if (failure.kind !== 'damaged') return [];
        const what = `${fileName(path)} needs ${failure.name}, and ${failure.path} cannot be loaded: ${failure.cause}`;
        return [imageFinding(image, 'error', 'LibraryDamaged', `${what}. Build the image again.`)];
      }),
    ),
    ...checkSymbolVersions(
      image,
      modules.flatMap(({ failures }) => failures.filter((failure) => failure.kind === 'version')),
      server,
    ),
  ];
}

/** The files in dynamic_library_path that PostgreSQL could be asked to load. */
export function modulesOf(image: InspectedImage): readonly string[] {
  const folders = new Set(image.checked.usable.libraryPath);
  return image.tree.folders.filter(({ path }) => folders.has(path)).flatMap(modulesIn);
}

/** PostgreSQL looks for `<name>.so`; a link beside the file is the file once more. */
export function modulesIn({ path, libraries }: TreeFolder): readonly string[] {
  return libraries
    .filter(({ name, isLocalLink }) => name.endsWith('.so') && !isLocalLink)
    .map(({ name }) => `${path}/${name}`);
}

function failingModules(image: InspectedImage, server: InspectedServer, files: Files): readonly FailingModule[] {
  return modulesOf(image).flatMap((path) => {
    const read = files.elfAt(path);
    if (read.kind !== 'elf' || !isSameTarget(read.elf.target, server.process.program.elf.target)) return [];
    const { failures } = loadLibrary(path, read, server.process, server.loader);
    return failures.length === 0 ? [] : [{ path, failures }];
  });
}

type Missing = Extract<LoadFailure, { readonly kind: 'missing' }>;

interface MissingLibrary {
  readonly name: string;
  readonly modules: readonly string[];
  readonly failure: Missing;
}

function missingLibraries(
  image: InspectedImage,
  modules: readonly FailingModule[],
  images: readonly InspectedImage[],
): readonly Finding[] {
  const all = modules.flatMap(({ path, failures }) =>
    failures.flatMap((failure) => (failure.kind === 'missing' ? [{ name: failure.name, path, failure }] : [])),
  );
  const missing = [...Map.groupBy(all, ({ name }) => name)].flatMap(([name, group]): readonly MissingLibrary[] => {
    const [first] = group;
    return first === undefined
      ? []
      : [{ name, modules: group.map(({ path }) => fileName(path)), failure: first.failure }];
  });
  const placed = missing.map((library) => ({ library, place: placeOf(library.name, image, images) }));
  const unlisted = Map.groupBy(
    placed.flatMap(({ library, place }) => (place === undefined ? [] : [{ library, place }])),
    ({ place }) => JSON.stringify([place.image.observed.name, place.folder]),
  );
  const places = [...unlisted.values()].flatMap((group) => group.slice(0, 1).map(({ place }) => place));
  return [
    ...[...unlisted.values()].flatMap((group) =>
      group.slice(0, 1).map(({ place }) => {
        const libraries = group.map(({ library }) => library);
        return unlistedFolder(image, place, libraries, places);
      }),
    ),
    ...nowhereToBeFound(
      image,
      placed.flatMap(({ library, place }) => (place === undefined ? [library] : [])),
    ),
  ];
}

interface Place {
  readonly image: InspectedImage;
  readonly folder: string;
}

/** The own image first. What is in a folder that is listed was not usable. */
function placeOf(name: string, own: InspectedImage, images: readonly InspectedImage[]): Place | undefined {
  for (const image of [own, ...images.filter((other) => other !== own)]) {
    const folder = image.tree.folders.find(
      ({ path, libraries }) =>
        !image.checked.usable.ldLibraryPath.includes(path) && libraries.some((library) => library.name === name),
    );
    if (folder !== undefined) return { image, folder: folder.path };
  }
  return undefined;
}

/** https://github.com/cloudnative-pg/postgres-extensions-containers/issues/70 */
function unlistedFolder(
  image: InspectedImage,
  place: Place,
  missing: readonly MissingLibrary[],
  places: readonly Place[],
): Finding {
  const modules = needing(missing.flatMap((library) => library.modules));
  const it = missing.length === 1 ? 'it is' : 'they are';
  const isOwn = place.image === image;
  const whose = isOwn ? '' : ` of ${place.image.observed.name}`;
  const { libraryPath } = place.image.checked.usable;
  const mistaken =
    libraryPath.includes(place.folder) && relativeTo(place.image.tree.root, place.folder) !== 'lib'
      ? ' It is in dynamic_library_path, where PostgreSQL looks for modules and the loader does not look.'
      : '';
  const list = listWith(place.image, places);
  const message = `${modules} ${listed(missing.map(({ name }) => name))}: ${it} in ${place.folder}, which ld_library_path${whose} does not list.${mistaken} Add ld_library_path: [${list}]${isOwn ? '' : ` to ${place.image.observed.name}`}.`;
  return imageFinding(image, 'error', 'SystemLibraryMissing', message);
}

/** All that has to be listed for the image, so that the messages of it say the same. */
function listWith(image: InspectedImage, places: readonly Place[]): string {
  const more = places.filter((place) => place.image === image).map(({ folder }) => folder);
  const all = [...image.checked.usable.ldLibraryPath, ...more];
  return all.map((path) => relativeTo(image.tree.root, path)).join(', ');
}

/** One finding for those that the same modules miss by way of the same library. */
function nowhereToBeFound(image: InspectedImage, missing: readonly MissingLibrary[]): readonly Finding[] {
  const unusable = missing.filter(({ failure }) => failure.passedOver.length > 0);
  const absent = Map.groupBy(
    missing.filter(({ failure }) => failure.passedOver.length === 0),
    ({ modules, failure }) => JSON.stringify([modules, modules.includes(fileName(failure.by.path)) || failure.by.path]),
  );
  return [
    ...unusable.map(({ name, modules, failure }) => {
      const [passed] = failure.passedOver;
      const what = `${needing(modules)} ${name}${byWayOf(modules, failure)}, and ${passed?.path} cannot be used: ${passed?.cause}`;
      return imageFinding(image, 'error', 'SystemLibraryMissing', `${what}. Mount an image that fits this server.`);
    }),
    ...[...absent.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const is = group.length === 1 ? 'is' : 'are';
      const it = group.length === 1 ? 'it' : 'them';
      const what = `${needing(first.modules)} ${listed(group.map(({ name }) => name))}${byWayOf(first.modules, first.failure)}, which ${is} in no folder that the loader searches and in no image`;
      const remedy = `Bring ${it} in a folder of the image and list that in ld_library_path, or add ${it} to the image of the server`;
      return [imageFinding(image, 'error', 'SystemLibraryMissing', `${what}. ${remedy}.`)];
    }),
  ];
}

function byWayOf(modules: readonly string[], { by }: Missing): string {
  const through = fileName(by.path);
  return modules.includes(through) ? '' : ` by way of ${through}`;
}
