import { loadLibrary } from '../loader/load-library.ts';
import { modulesIn } from './check-dependencies.ts';
import { moduleFolders } from './check-layout.ts';
import { namesToOpen } from './check-opened.ts';
import { relativeTo } from './image-tree.ts';
import type { InspectedImage, Inspection } from './inspected-image.ts';

/** The lists of an entry of `extensions`; the first two are undefined where the default does. */
export interface SuggestedFolders {
  readonly extensionControlPath: readonly string[] | undefined;
  readonly dynamicLibraryPath: readonly string[] | undefined;
  readonly ldLibraryPath: readonly string[];
}

/** Which folders would have to be listed for all that is in the image to work. */
export function suggestFolders(image: InspectedImage, { server, files }: Inspection): SuggestedFolders {
  const { root, folders } = image.tree;
  const controlFolders = folders
    .filter(({ path, controlFiles }) => controlFiles.length > 0 && path.endsWith('/extension'))
    .map(({ path }) => relativeTo(root, path.slice(0, -'/extension'.length)));
  const withModules = moduleFolders(image.tree, files);
  const modulePaths = withModules.map(({ path }) => relativeTo(root, path));
  return {
    extensionControlPath: unlessDefault(controlFolders, 'share'),
    dynamicLibraryPath: unlessDefault(modulePaths, 'lib'),
    ldLibraryPath: server === undefined ? [] : foldersOfNeeded(),
  };

  /** All folders with libraries are put on the path, and those stay that something was found in. */
  function foldersOfNeeded(): readonly string[] {
    if (server === undefined) return [];
    const own = folders.filter(({ libraries }) => libraries.length > 0).map(({ path }) => path);
    const { ldLibraryPath } = server.loader;
    const bare = { ...server.loader, ldLibraryPath: ldLibraryPath.filter((path) => !own.includes(path)) };
    const loader = { ...bare, ldLibraryPath: [...bare.ldLibraryPath, ...own] };
    const found = new Set<string>();
    for (const path of withModules.flatMap(modulesIn)) {
      const read = files.elfAt(path);
      if (read.kind !== 'elf') continue;
      const elf = { ...read.elf, needed: [...read.elf.needed, ...namesToOpen(path, files)] };
      const library = { ...read, elf };
      // A DT_RUNPATH with $ORIGIN in it leads to the same file; the system may have another of that name.
      const anyway = new Set(loadLibrary(path, library, server.process, bare).objects.map(({ file }) => file));
      for (const object of loadLibrary(path, library, server.process, loader).objects.slice(1)) {
        const folder = object.path.slice(0, object.path.lastIndexOf('/'));
        if (own.includes(folder) && !anyway.has(object.file)) found.add(relativeTo(root, folder));
      }
    }
    return [...found].sort();
  }
}

function unlessDefault(paths: readonly string[], usual: string): readonly string[] | undefined {
  return paths.length === 0 || (paths.length === 1 && paths[0] === usual) ? undefined : paths;
}
