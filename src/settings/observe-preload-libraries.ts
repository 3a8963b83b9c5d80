import { statSync } from 'node:fs';
import { splitPathList } from './guc-list.ts';
import type { LibraryLookup } from './preload-libraries.ts';

/**
 * Looks the libraries up as PostgreSQL will (dfmgr.c): a plain name in each folder of dynamic_library_path, as it is and
 * with `.so`; `$libdir/name` and absolute paths only where they say.
 */
export function observePreloadLibraries(
  names: readonly string[],
  dynamicLibraryPath: string,
  libraryDirectory: string | undefined,
): ReadonlyMap<string, LibraryLookup> {
  return new Map(names.map((name) => [name, lookUp(name, dynamicLibraryPath, libraryDirectory)]));
}

function lookUp(name: string, dynamicLibraryPath: string, libraryDirectory: string | undefined): LibraryLookup {
  const folders = foldersFor(name, dynamicLibraryPath);
  const file = name.slice(name.lastIndexOf('/') + 1);
  const absolute: string[] = [];
  for (const folder of folders) {
    if (folder.startsWith('$libdir') && libraryDirectory === undefined) return { kind: 'unknown' };
    const path = folder.replace(/^\$libdir/, () => libraryDirectory ?? '');
    const found = [`${path}/${file}`, `${path}/${file}.so`].find(isFile);
    if (found !== undefined) return { kind: 'found', path: found };
    absolute.push(path);
  }
  return { kind: 'missing', folders: absolute };
}

function foldersFor(name: string, dynamicLibraryPath: string): readonly string[] {
  const slash = name.lastIndexOf('/');
  return slash < 0 ? splitPathList(dynamicLibraryPath) : [name.slice(0, slash)];
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Whatever keeps us from it keeps PostgreSQL from it, too: it runs as the same user.
    return false;
  }
}
