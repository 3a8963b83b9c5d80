import type { Finding } from '../lib/finding.ts';
import type { CheckedImageVolume } from './check-image-volume.ts';
import type { ObservedControlFolder, ObservedLibraryFolder } from './observe-folder.ts';
import type { ObservedImageVolume } from './observe-image-volume.ts';

/** The server's own `$system` and `$libdir`, which come first on their paths; undefined where they are unknown. */
export interface ServerFiles {
  readonly controlFolder?: ObservedControlFolder;
  readonly libraryFolder?: ObservedLibraryFolder;
}

/** An image as it was found, and which folders of it are on the paths: only these hide and can be hidden. */
export interface ShadowableImage {
  readonly observed: ObservedImageVolume;
  readonly checked: Pick<CheckedImageVolume, 'usable'>;
}

/**
 * PostgreSQL takes the first control file and the first library of a name. What an image holds under a name that an
 * earlier folder has too is never used, without a word from PostgreSQL; control file and library may even come from
 * two different places. https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-EXTENSION-CONTROL-PATH
 */
export function checkShadowing(server: ServerFiles, images: readonly ShadowableImage[]): readonly Finding[] {
  const controlFiles = new Map<string, FoundFile>();
  const libraries = new Map<string, FoundFile>();
  for (const file of controlFilesOf(server.controlFolder)) addFirst(controlFiles, file);
  for (const file of librariesOf(server.libraryFolder)) addFirst(libraries, file);

  return images.flatMap(({ observed, checked }) => {
    const controlPath = new Set(checked.usable.controlPath);
    const libraryPath = new Set(checked.usable.libraryPath);
    const hiddenControlFiles = observed.controlFolders
      .filter((folder) => controlPath.has(folder.path))
      .flatMap(controlFilesOf)
      .flatMap((file) => hidden(file, addFirst(controlFiles, file), observed.name, controlFileMessage));
    const hiddenLibraries = observed.libraryFolders
      .filter((folder) => libraryPath.has(folder.path))
      .flatMap(librariesOf)
      .flatMap((file) => hidden(file, addFirst(libraries, file), observed.name, libraryMessage));
    return [...hiddenControlFiles, ...hiddenLibraries];
  });
}

interface FoundFile {
  readonly name: string;
  readonly path: string;
  readonly version?: string;
}

/** Returns the file that was there first, which may be this one. */
function addFirst(files: Map<string, FoundFile>, file: FoundFile): FoundFile {
  const first = files.get(file.name);
  if (first === undefined) files.set(file.name, file);
  return first ?? file;
}

function hidden(
  file: FoundFile,
  first: FoundFile,
  image: string,
  describe: (file: FoundFile, first: FoundFile) => string,
): readonly Finding[] {
  if (first.path === file.path) return [];
  const message = describe(file, first);
  return [{ severity: 'warning', reason: 'Shadowed', subject: `extension/${image}`, message }];
}

function controlFileMessage(file: FoundFile, first: FoundFile): string {
  const what = `The control file ${file.path} (${versionOf(file)}) is hidden by ${first.path} (${versionOf(first)})`;
  return `${what}, which comes first in extension_control_path: remove one of them, or change the order.`;
}

function libraryMessage(file: FoundFile, first: FoundFile): string {
  const what = `The library ${file.path} is hidden by ${first.path}`;
  return `${what}, which comes first in dynamic_library_path: remove one of them, or change the order.`;
}

function versionOf({ version }: FoundFile): string {
  return version === undefined ? 'no default version' : `version ${version}`;
}

function controlFilesOf(folder: ObservedControlFolder | undefined): readonly FoundFile[] {
  if (folder?.state !== 'present') return [];
  return folder.controlFiles.flatMap(({ name, path, auxiliary, content }): readonly FoundFile[] => {
    // PostgreSQL looks for an auxiliary file only beside the primary one.
    if (auxiliary) return [];
    const version = content.kind === 'valid' ? content.control.defaultVersion : undefined;
    return [version === undefined ? { name, path } : { name, path, version }];
  });
}

function librariesOf(folder: ObservedLibraryFolder | undefined): readonly FoundFile[] {
  if (folder?.state !== 'present') return [];
  // A `libgeos.so.3` is found by the loader, on another path: PostgreSQL itself looks for `<name>.so`.
  return folder.libraries
    .filter((name) => name.endsWith('.so'))
    .map((name) => ({ name, path: `${folder.path}/${name}` }));
}
