import type { ElfFile } from '../elf/parse-elf.ts';
import type { NeededVersion } from '../elf/symbol-versions.ts';
import { candidatePaths, expandName } from './search-folders.ts';
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
  /** What was not loaded before, in the order of loading: the library, then what it needs. */
  readonly objects: readonly LoadedObject[];
  readonly failures: readonly LoadFailure[];
}

/** A program as it runs: what it has loaded is not looked for again. */
export interface Process {
  readonly program: LoadedObject;
  /** By every name under which the loader knows it: those that were asked for, and with glibc DT_SONAME. */
  readonly loaded: ReadonlyMap<string, LoadedObject>;
}

/** The loader stops at the first; who builds an image wants to know all, but not of a file that was made up. */
const mostFailures = 100;

/** The program with all that it needs. */
export function startProgram(
  path: string,
  elf: ElfFile,
  loader: Loader,
): Process & { readonly failures: readonly LoadFailure[] } {
  const program: LoadedObject = { path, elf, file: path, neededBy: undefined };
  const memory = memoryOf(program, new Map());
  // The loader itself is there before anything that needs it, as libc does.
  const itself = elf.interpreter === undefined ? undefined : loader.libraryAt(elf.interpreter);
  if (elf.interpreter !== undefined && itself?.kind === 'library') {
    const object = { path: elf.interpreter, elf: itself.elf, file: itself.file, neededBy: undefined };
    remember(memory, object, elf.interpreter, loader);
  }
  const { failures } = loadAll([program], memory, loader);
  return { program, loaded: memory.loaded, failures };
}

/** A library that the program opens by its path, with all that it needs in turn, as dlopen(3) loads it. */
export function loadLibrary(
  path: string,
  { elf, file }: { readonly elf: ElfFile; readonly file: string },
  running: Process,
  loader: Loader,
): Loaded {
  const memory = memoryOf(running.program, running.loaded);
  if (memory.byFile.has(file)) return { objects: [], failures: [] };
  const object: LoadedObject = { path, elf, file, neededBy: undefined };
  remember(memory, object, path, loader);
  return loadAll([object], memory, loader);
}

interface Memory {
  readonly program: LoadedObject;
  readonly loaded: Map<string, LoadedObject>;
  readonly byFile: Map<string, LoadedObject>;
}

function memoryOf(program: LoadedObject, loaded: Process['loaded']): Memory {
  return {
    program,
    loaded: new Map(loaded),
    byFile: new Map([...loaded.values()].map((object) => [object.file, object])),
  };
}

/** Of two that have the same name, the one that came first is found by it. */
function remember({ loaded, byFile }: Memory, object: LoadedObject, name: string, { libc }: Loader): void {
  byFile.set(object.file, object);
  if (!loaded.has(name)) loaded.set(name, object);
  const { soname } = object.elf;
  // musl knows a library by the name under which it was searched for, and looks for DT_SONAME on disk.
  if (libc === 'glibc' && soname !== undefined && !loaded.has(soname)) loaded.set(soname, object);
}

/** `objects` grows while it is walked through: breadth first, as the loaders do it. */
function loadAll(objects: LoadedObject[], memory: Memory, loader: Loader): Loaded {
  const failures: LoadFailure[] = [];
  for (const object of objects) {
    for (const needed of object.elf.needed) {
      const name = expandName(needed, object, loader);
      if (memory.loaded.has(name) || isOfLoader(name, loader)) continue;
      if (failures.length >= mostFailures) return { objects, failures };
      const found = find(name, object, memory.program, loader);
      if ('kind' in found) {
        failures.push(found);
        continue;
      }
      const known = memory.byFile.get(found.file);
      remember(memory, known ?? found, name, loader);
      if (known === undefined) objects.push(found);
    }
  }
  return { objects, failures: [...failures, ...missingVersions(objects, memory, loader)].slice(0, mostFailures) };
}

/** musl is all of the C library in one file, and takes every name of a part of it for itself; no name is none of a file. */
function isOfLoader(name: string, { libc }: Loader): boolean {
  return name === '' || (libc === 'musl' && /^lib(?:c|pthread|rt|m|dl|util|xnet)\./.test(name));
}

function find(name: string, object: LoadedObject, program: LoadedObject, loader: Loader): LoadedObject | LoadFailure {
  const passedOver: PassedOver[] = [];
  const missing = (): LoadFailure => ({ kind: 'missing', name, by: object, passedOver });
  for (const list of candidatePaths(name, object, program, loader)) {
    for (const path of list) {
      const at = loader.libraryAt(path);
      if (at.kind === 'library') return { path, elf: at.elf, file: at.file, neededBy: object };
      if (at.kind === 'damaged') return { kind: 'damaged', name, by: object, path, cause: at.cause };
      if (at.cause !== undefined) passedOver.push({ path, cause: at.cause });
      if (at.kind === 'unreadable' && loader.libc === 'musl') return missing();
      if (at.kind === 'unreadable') break;
    }
  }
  return missing();
}

/** musl does not ask for versions; glibc takes a library that defines none at all: elf/dl-version.c */
function missingVersions(
  objects: readonly LoadedObject[],
  { loaded }: Memory,
  { libc }: Loader,
): readonly LoadFailure[] {
  if (libc === 'musl') return [];
  return objects.flatMap((object) =>
    object.elf.versionsNeeded.flatMap((needed): readonly LoadFailure[] => {
      const provider = loaded.get(needed.file);
      const defined = provider?.elf.versionsDefined;
      if (provider === undefined || defined === undefined || defined.size === 0 || defined.has(needed.version))
        return [];
      return [{ kind: 'version', needed, by: object, provider }];
    }),
  );
}
