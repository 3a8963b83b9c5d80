import { posix } from 'node:path';
import type { LoadedObject, Loader } from './shared-library.ts';

/**
 * Where a library that `object` needs is looked for: lists of paths, the first list first. Paths that are not absolute are
 * left out: they are below the folder in which the postmaster works, its data directory, where no image puts anything.
 */
export function candidatePaths(
  name: string,
  object: LoadedObject,
  program: LoadedObject,
  loader: Loader,
): readonly (readonly string[])[] {
  if (name.includes('/')) return [[name].filter(posix.isAbsolute)];
  switch (loader.libc) {
    case 'glibc':
      return glibcPaths(name, object, program, loader);
    case 'musl':
      return muslPaths(name, object, program, loader);
  }
}

/** A name of DT_NEEDED as the loader opens it. */
export function expandName(name: string, object: LoadedObject, loader: Loader): string {
  return loader.libc === 'glibc' ? (expand(name, object, loader)[0] ?? '') : name;
}

/** https://man7.org/linux/man-pages/man8/ld.so.8.html and _dl_map_object, elf/dl-load.c */
function glibcPaths(
  name: string,
  object: LoadedObject,
  program: LoadedObject,
  loader: Loader,
): readonly (readonly string[])[] {
  const within = (folders: readonly string[]): readonly string[] =>
    folders
      .filter(posix.isAbsolute)
      .flatMap((folder) => [
        ...loader.subfolders(folder).map((below) => `${folder}/${below}/${name}`),
        `${folder}/${name}`,
      ]);
  const expandAll = (elements: readonly string[], one: LoadedObject): readonly string[] =>
    elements.flatMap((element) => expand(element, one, loader));
  const { runpath, isWithoutDefaults } = object.elf;
  const chain = runpath === undefined ? chainOf(object, program) : [];
  const cached = loader.cached(name);
  const isDefault = loader.defaultFolders.some((folder) => cached?.startsWith(`${folder}/`));
  return [
    // DT_RUNPATH beside it switches DT_RPATH off, in whoever has both and for whoever has one.
    ...chain.map((one) => (one.elf.runpath === undefined ? within(expandAll(one.elf.rpath ?? [], one)) : [])),
    within(
      expandAll(
        loader.ldLibraryPath.flatMap((element) => element.split(';')),
        program,
      ),
    ),
    within(expandAll(runpath ?? [], object)),
    cached === undefined || (isWithoutDefaults && isDefault) ? [] : [cached],
    isWithoutDefaults ? [] : within(loader.defaultFolders),
  ];
}

/**
 * load_library, ldso/dynlink.c: the environment comes first, and both kinds of path are one, that of everybody through
 * whom it came to this counts. https://wiki.musl-libc.org/functional-differences-from-glibc.html
 */
function muslPaths(
  name: string,
  object: LoadedObject,
  program: LoadedObject,
  loader: Loader,
): readonly (readonly string[])[] {
  const lists = [loader.ldLibraryPath, ...chainOf(object, program).map((one) => muslPath(one)), loader.defaultFolders];
  return lists.map((folders) => folders.filter(posix.isAbsolute).map((folder) => `${folder}/${name}`));
}

/** A path with any `$` but that of `$ORIGIN` in it is no path to musl. */
function muslPath({ elf, path }: LoadedObject): readonly string[] {
  const elements = elf.runpath ?? elf.rpath ?? [];
  const origin = /\$(?:ORIGIN|\{ORIGIN\})/g;
  if (elements.some((element) => element.replaceAll(origin, '').includes('$'))) return [];
  return elements.map((element) => element.replaceAll(origin, () => posix.dirname(path)));
}

/** From an object by way of whoever needed it to the program, which opened the first of them. */
function chainOf(object: LoadedObject, program: LoadedObject): readonly LoadedObject[] {
  const chain: LoadedObject[] = [];
  for (let one: LoadedObject | undefined = object; one !== undefined; one = one.neededBy) chain.push(one);
  return chain.at(-1) === program ? chain : [...chain, program];
}

const token = /\$(ORIGIN|LIB|PLATFORM)\b|\$\{(ORIGIN|LIB|PLATFORM)\}/g;

/** More than one where it is not known what a token stands for. `..` stays: it leads out of the folder behind a link. */
function expand(path: string, object: LoadedObject, loader: Loader): readonly string[] {
  const hasPlatform = /\$(?:PLATFORM\b|\{PLATFORM\})/.test(path);
  return (hasPlatform ? loader.platformTokens : ['']).map((platform) =>
    path.replaceAll(token, (_, plain?: string, braced?: string) => {
      const name = plain ?? braced;
      if (name === 'ORIGIN') return posix.dirname(object.path);
      return name === 'LIB' ? loader.libToken : platform;
    }),
  );
}
