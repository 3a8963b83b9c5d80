import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { describeTarget, type ElfTarget, isSameTarget } from '../elf/elf-target.ts';
import type { ElfFile } from '../elf/parse-elf.ts';
import type { ReadElf } from '../elf/read-elf.ts';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import { defaultFolders, muslFolders } from './default-folders.ts';
import { type Process, startProgram } from './load-library.ts';
import { parseLdCache } from './parse-ld-cache.ts';
import { platformTokens, processorLevels } from './processor-levels.ts';
import type { LibraryAt, Loader } from './shared-library.ts';

/** The server's program as its loader would start it. */
export interface ServerProgram {
  readonly path: string;
  readonly elf: ElfFile;
  readonly loader: Loader;
  readonly process: ReturnType<typeof startProgram>;
}

/** Undefined: there is no program of 64 bit at the path, so nothing can be said of what it would load. */
export function observeServerProgram(
  path: string,
  ldLibraryPath: readonly string[],
  elfAt: (path: string) => ReadElf,
): ServerProgram | undefined {
  const real = realPathOf(path);
  const read = real === undefined ? undefined : elfAt(real);
  if (real === undefined || read?.kind !== 'elf') return undefined;
  const loader = loaderOf(read.elf, ldLibraryPath, elfAt);
  return { path: real, elf: read.elf, loader, process: startProgram(real, read.elf, loader) };
}

/** The same program as it would start without an LD_LIBRARY_PATH. */
export function startPlainly({ path, elf, loader }: ServerProgram): Process {
  return startProgram(path, elf, { ...loader, ldLibraryPath: [] });
}

function loaderOf(program: ElfFile, ldLibraryPath: readonly string[], elfAt: (path: string) => ReadElf): Loader {
  const { target, interpreter = '' } = program;
  return interpreter.includes('/ld-musl-')
    ? muslLoader(interpreter, target, ldLibraryPath, elfAt)
    : glibcLoader(interpreter, target, ldLibraryPath, elfAt);
}

function glibcLoader(
  interpreter: string,
  target: ElfTarget,
  ldLibraryPath: readonly string[],
  elfAt: (path: string) => ReadElf,
): Loader {
  const levels = processorLevels(target.machine, (readIfThere('/proc/cpuinfo') ?? '').toString());
  const below = levels.map((level) => `glibc-hwcaps/${level}`);
  const cache = parseLdCache(readIfThere('/etc/ld.so.cache') ?? Buffer.alloc(0), target, levels);
  const { folders, libToken } = defaultFolders(readIfThere(interpreter) ?? Buffer.alloc(0));
  return {
    libc: 'glibc',
    ldLibraryPath,
    cached: (name) => cache.get(name),
    defaultFolders: folders,
    libToken,
    platformTokens: platformTokens(target.machine),
    subfolders: remembered((folder) => (existsSync(`${folder}/glibc-hwcaps`) ? below : [])),
    libraryAt: (path) => libraryForGlibc(elfAt(path), target),
  };
}

/** `/etc/ld-musl-x86_64.path` is in the root that `lib/ld-musl-x86_64.so.1` is in. */
function muslLoader(
  interpreter: string,
  target: ElfTarget,
  ldLibraryPath: readonly string[],
  elfAt: (path: string) => ReadElf,
): Loader {
  const [, root = '', name = ''] = /^(.*?)(?:\/[^/]*)?\/([^/]*?)(?:\.so\.\d+)?$/.exec(interpreter) ?? [];
  return {
    libc: 'musl',
    ldLibraryPath,
    cached: () => undefined,
    defaultFolders: muslFolders(readIfThere(`${root}/etc/${name}.path`)?.toString()),
    libToken: '',
    platformTokens: [],
    subfolders: () => [],
    libraryAt: (path) => libraryForMusl(elfAt(path), target),
  };
}

/**
 * open_verify, elf/dl-load.c: only what is made for another machine is passed over, on Debian that of the other byte order,
 * too.
 */
function libraryForGlibc(read: ReadElf, target: ElfTarget): LibraryAt {
  switch (read.kind) {
    case 'absent':
    case 'unreadable':
      return notOpened(read);
    case 'damaged':
      return { kind: 'damaged', cause: read.cause };
    case 'unknown':
      return { kind: 'passed-over', cause: madeFor(read.target) };
    case 'elf':
      if (!isSameTarget(read.elf.target, target)) return { kind: 'passed-over', cause: madeFor(read.elf.target) };
      if (read.elf.refusedAsLibrary !== undefined) return { kind: 'damaged', cause: read.elf.refusedAsLibrary };
      return { kind: 'library', elf: read.elf, file: read.file };
  }
}

/** It takes the first file of the name, whatever that is made for. */
function libraryForMusl(read: ReadElf, target: ElfTarget): LibraryAt {
  switch (read.kind) {
    case 'absent':
    case 'unreadable':
      return notOpened(read);
    case 'damaged':
      return { kind: 'damaged', cause: read.cause };
    case 'unknown':
      return { kind: 'damaged', cause: madeFor(read.target) };
    case 'elf':
      return isSameTarget(read.elf.target, target)
        ? { kind: 'library', elf: read.elf, file: read.file }
        : { kind: 'damaged', cause: madeFor(read.elf.target) };
  }
}

function notOpened(read: Extract<ReadElf, { readonly kind: 'absent' | 'unreadable' }>): LibraryAt {
  if (read.kind === 'absent') return { kind: 'passed-over', cause: undefined };
  return { kind: read.code === 'EACCES' ? 'passed-over' : 'unreadable', cause: read.cause };
}

function madeFor(target: ElfTarget): string {
  return `it is made for ${describeTarget(target)}`;
}

function remembered<Value>(look: (path: string) => Value): (path: string) => Value {
  const known = new Map<string, Value>();
  return (path) => {
    const value = known.get(path) ?? look(path);
    known.set(path, value);
    return value;
  };
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    fileErrorOf(error);
    return undefined;
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    fileErrorOf(error);
    return undefined;
  }
}
