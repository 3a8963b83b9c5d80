import type { ElfFile } from '../elf/parse-elf.ts';
import type { NeededVersion } from '../elf/symbol-versions.ts';
import { candidatePaths } from './search-folders.ts';
import type { LoadedObject, Loader } from './shared-library.ts';

/** Why a library could not be loaded by a name. */
export type LoadFailure =
  | {
      readonly kind: 'missing';
      readonly name: string;
      readonly by: LoadedObject;
      readonly passedOver: readonly PassedOver[];
    }
  | {
      readonly kind: 'damaged';
      readonly name: string;
      readonly by: LoadedObject;
      readonly path: string;
      readonly cause: string;
    }
  /** The library that was found has not the version that is needed of it. */
  | {
      readonly kind: 'version';
      readonly needed: NeededVersion;
      readonly by: LoadedObject;
      readonly provider: LoadedObject;
    };

/** A file of the right name that the loader goes past. */
export interface PassedOver {
  readonly path: string;
  readonly cause: string;
}

export interface Loaded {
  /** In the order of loading, the first one included. */
  readonly objects: readonly LoadedObject[];
  readonly failures: readonly LoadFailure[];
}

/** A program as it runs: what it has loaded is not looked for again. */
export interface Process {
  readonly program: LoadedObject;
  readonly loaded: ReadonlyMap<string, LoadedObject>;
}

/** The program with all that it needs. */
export function startProgram(
  path: string,
  elf: ElfFile,
  loader: Loader,
): Process & { readonly failures: readonly LoadFailure[] } {
  const program: LoadedObject = { path, elf, neededBy: undefined };
  const loaded = new Map<string, LoadedObject>();
  const { failures } = loadAll(program, program, loaded, loader);
  return { program, loaded, failures };
}

/** A library that the program opens by its path, with all that it needs in turn, as dlopen(3) loads it. */
export function loadLibrary(path: string, elf: ElfFile, running: Process, loader: Loader): Loaded {
  return loadAll({ path, elf, neededBy: undefined }, running.program, new Map(running.loaded), loader);
}

function loadAll(
  first: LoadedObject,
  program: LoadedObject,
  loaded: Map<string, LoadedObject>,
  loader: Loader,
): Loaded {
  const objects = [first];
  const failures: LoadFailure[] = [];
  if (first.elf.soname !== undefined) loaded.set(first.elf.soname, first);
  // Breadth first, as the loader does it: it grows while it is walked through.
  for (const object of objects) {
    for (const name of object.elf.needed) {
      if (loaded.has(name) || isOfLoader(name, loader)) continue;
      const found = find(name, object, program, loader);
      if ('kind' in found) {
        failures.push(found);
        continue;
      }
      const known = found.elf.soname === undefined ? undefined : loaded.get(found.elf.soname);
      loaded.set(name, known ?? found);
      if (known !== undefined) continue;
      if (found.elf.soname !== undefined) loaded.set(found.elf.soname, found);
      objects.push(found);
    }
  }
  return { objects, failures: [...failures, ...objects.flatMap((object) => missingVersions(object, loaded))] };
}

/** musl is all of the C library in one file, and takes every name of a part of it for itself. */
function isOfLoader(name: string, { libc }: Loader): boolean {
  return libc === 'musl' && /^lib(?:c|pthread|rt|m|dl|util|xnet)\./.test(name);
}

function find(name: string, object: LoadedObject, program: LoadedObject, loader: Loader): LoadedObject | LoadFailure {
  const passedOver: PassedOver[] = [];
  for (const path of candidatePaths(name, object, program, loader)) {
    const at = loader.libraryAt(path);
    switch (at.kind) {
      case 'library':
        return { path, elf: at.elf, neededBy: object };
      case 'damaged':
        return { kind: 'damaged', name, by: object, path, cause: at.cause };
      case 'passed-over':
        if (at.cause !== undefined) passedOver.push({ path, cause: at.cause });
    }
  }
  return { kind: 'missing', name, by: object, passedOver };
}

/** A library that defines no versions at all is taken with a warning; see elf/dl-version.c of glibc. */
function missingVersions(object: LoadedObject, loaded: ReadonlyMap<string, LoadedObject>): readonly LoadFailure[] {
  return object.elf.versionsNeeded.flatMap((needed): readonly LoadFailure[] => {
    const provider = loaded.get(needed.file);
    const defined = provider?.elf.versionsDefined ?? [];
    if (provider === undefined || defined.length === 0 || defined.includes(needed.version)) return [];
    return [{ kind: 'version', needed, by: object, provider }];
  });
}
