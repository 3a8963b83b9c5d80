import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { elfHeaderBytes, whyNotLoadable } from '../elf/elf-target.ts';
import { fileErrorOf } from '../lib/read-limited-file.ts';
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
  return new Map(
    names.map((name) => {
      const lookup = lookUp(name, dynamicLibraryPath, libraryDirectory);
      return [name, lookup.kind === 'found' ? loadable(lookup.path) : lookup];
    }),
  );
}

/**
 * The same for libraries that functions name (pg_proc.probin): PostgreSQL 18 takes a simple name behind `$libdir/` for
 * the name alone, so that SQL written for the server's own folder works from an image (load_external_function, dfmgr.c).
 * Whether they can be loaded is not looked at.
 */
export function observeFunctionLibraries(
  probins: readonly string[],
  dynamicLibraryPath: string,
  libraryDirectory: string | undefined,
): ReadonlyMap<string, LibraryLookup> {
  return new Map(
    probins.map((probin) => {
      const name = probin.replace(/^\$libdir\/(?=[^/]+$)/, '');
      // `folder/name` is below the data directory, where every backend works.
      const isRelative = name.includes('/') && !/^(\/|\$libdir\/)/.test(name);
      return [probin, isRelative ? { kind: 'unknown' } : lookUp(name, dynamicLibraryPath, libraryDirectory)];
    }),
  );
}

type Place = Exclude<LibraryLookup, { readonly kind: 'unloadable' }>;

function lookUp(name: string, dynamicLibraryPath: string, libraryDirectory: string | undefined): Place {
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

/** By its first bytes, beside those of our own program, which is made for the machine that PostgreSQL is made for. */
function loadable(path: string): LibraryLookup {
  try {
    const cause = whyNotLoadable(firstBytes(path), firstBytes('/proc/self/exe'));
    return cause === undefined ? { kind: 'found', path } : { kind: 'unloadable', path, cause };
  } catch (error) {
    return { kind: 'unloadable', path, cause: fileErrorOf(error).cause };
  }
}

function firstBytes(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(elfHeaderBytes);
    return buffer.subarray(0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
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
