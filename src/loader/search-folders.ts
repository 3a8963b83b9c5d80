import { posix } from 'node:path';
import type { LoadedObject, Loader } from './shared-library.ts';

/** Where a library that `object` needs is looked for, first to last: https://man7.org/linux/man-pages/man8/ld.so.8.html */
export function candidatePaths(name: string, object: LoadedObject, program: LoadedObject, loader: Loader): string[] {
  if (name.includes('/')) return [expand(name, object, loader)];
  const inFolders = (folders: readonly string[]): readonly string[] => folders.map((folder) => `${folder}/${name}`);
  const cached = object.elf.isWithoutDefaults ? [] : loader.cached(name);
  const defaults = object.elf.isWithoutDefaults ? [] : inFolders(loader.defaultFolders);
  switch (loader.libc) {
    case 'glibc':
      return [
        ...inFolders(rpathsOf(object, program, loader)),
        ...inFolders(loader.ldLibraryPath),
        ...inFolders(expandAll(object.elf.runpath, object, loader)),
        ...cached,
        ...defaults,
      ];
    case 'musl':
      // Both kinds of path are one to it, those of whoever needed the object count too, and the environment comes first:
      // https://git.musl-libc.org/cgit/musl/tree/ldso/dynlink.c
      return [
        ...inFolders(loader.ldLibraryPath),
        ...inFolders(pathsOfChain(object, loader)),
        ...inFolders(loader.defaultFolders),
      ];
  }
}

/** DT_RPATH counts for what its libraries need in turn; DT_RUNPATH beside it switches it off. */
function rpathsOf(object: LoadedObject, program: LoadedObject, loader: Loader): readonly string[] {
  if (object.elf.runpath.length > 0) return [];
  const chain = [...chainOf(object)];
  const all = chain.includes(program) ? chain : [...chain, program];
  return all.flatMap((one) => (one.elf.runpath.length > 0 ? [] : expandAll(one.elf.rpath, one, loader)));
}

function pathsOfChain(object: LoadedObject, loader: Loader): readonly string[] {
  return [...chainOf(object)].flatMap((one) => expandAll([...one.elf.rpath, ...one.elf.runpath], one, loader));
}

function* chainOf(object: LoadedObject): Generator<LoadedObject> {
  for (let one: LoadedObject | undefined = object; one !== undefined; one = one.neededBy) yield one;
}

function expandAll(elements: readonly string[], object: LoadedObject, loader: Loader): readonly string[] {
  return elements.flatMap((element) => {
    const expanded = expand(element, object, loader);
    // An element that is empty or relative is the folder in which the postmaster works, which is no image's.
    return expanded.startsWith('/') ? [expanded] : [];
  });
}

/** `$ORIGIN` is the folder of whoever names it. */
function expand(path: string, object: LoadedObject, loader: Loader): string {
  const expanded = path
    .replace(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => posix.dirname(object.path))
    .replace(/\$(?:LIB\b|\{LIB\})/g, () => loader.libToken);
  return expanded.startsWith('/') ? posix.normalize(expanded) : expanded;
}
