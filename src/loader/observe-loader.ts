import { readFileSync, realpathSync } from 'node:fs';
import { describeTarget, type ElfTarget, isSameTarget } from '../elf/elf-target.ts';
import type { ElfFile } from '../elf/parse-elf.ts';
import { type ReadElf, readElf } from '../elf/read-elf.ts';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import { type Process, startProgram } from './load-library.ts';
import { parseLdCache } from './parse-ld-cache.ts';
import type { LibraryAt, Loader } from './shared-library.ts';

/** The server's program as its loader would start it. */
export interface ServerProgram {
  readonly path: string;
  readonly elf: ElfFile;
  readonly loader: Loader;
  readonly process: ReturnType<typeof startProgram>;
  /** What is at a path, read once. */
  readonly elfAt: (path: string) => ReadElf;
}

const triplets: ReadonlyMap<number, string> = new Map([
  [21, 'powerpc64le-linux-gnu'],
  [22, 's390x-linux-gnu'],
  [62, 'x86_64-linux-gnu'],
  [183, 'aarch64-linux-gnu'],
  [243, 'riscv64-linux-gnu'],
]);

/** Undefined: there is no program of 64 bit at the path, so nothing can be said of what it would load. */
export function observeServerProgram(path: string, ldLibraryPath: readonly string[]): ServerProgram | undefined {
  const known = new Map<string, ReadElf>();
  const elfAt = (file: string): ReadElf => {
    const read = known.get(file) ?? readElf(file);
    known.set(file, read);
    return read;
  };
  const real = realPathOf(path);
  const read = real === undefined ? undefined : elfAt(real);
  if (real === undefined || read?.kind !== 'elf') return undefined;
  const loader = loaderOf(read.elf, ldLibraryPath, elfAt);
  return { path: real, elf: read.elf, loader, process: startProgram(real, read.elf, loader), elfAt };
}

/** The same program as it would start without an LD_LIBRARY_PATH. */
export function startPlainly({ path, elf, loader }: ServerProgram): Process {
  return startProgram(path, elf, { ...loader, ldLibraryPath: [] });
}

function loaderOf(program: ElfFile, ldLibraryPath: readonly string[], elfAt: (path: string) => ReadElf): Loader {
  const { target, interpreter = '' } = program;
  const triplet = triplets.get(target.machine) ?? '';
  const libc = interpreter.includes('/ld-musl-') ? 'musl' : 'glibc';
  const cache = libc === 'glibc' ? parseLdCache(readIfThere('/etc/ld.so.cache')) : new Map<string, readonly string[]>();
  return {
    libc,
    ldLibraryPath,
    cached: (name) => cache.get(name) ?? [],
    defaultFolders: libc === 'glibc' ? glibcFolders(triplet) : muslFolders(interpreter),
    libToken: `lib/${triplet}`,
    libraryAt: (path) => libraryOf(elfAt(path), target),
  };
}

/** Those of Debian, then those of the distributions that keep 64 bit apart. */
function glibcFolders(triplet: string): readonly string[] {
  return [`/lib/${triplet}`, `/usr/lib/${triplet}`, '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
}

/** `/etc/ld-musl-x86_64.path` is beside `/lib/ld-musl-x86_64.so.1`. */
function muslFolders(interpreter: string): readonly string[] {
  const name = interpreter.slice(interpreter.lastIndexOf('/') + 1).replace(/\.so\.\d+$/, '');
  const listed = readIfThere(`/etc/${name}.path`)
    .toString('utf8')
    .split(/[:\n]/)
    .filter((folder) => folder !== '');
  return listed.length > 0 ? listed : ['/lib', '/usr/local/lib', '/usr/lib'];
}

function libraryOf(read: ReadElf, target: ElfTarget): LibraryAt {
  switch (read.kind) {
    case 'absent':
      return { kind: 'passed-over', cause: undefined };
    case 'unreadable':
      return { kind: 'passed-over', cause: read.cause };
    case 'damaged':
      return { kind: 'damaged', cause: read.cause };
    case 'unknown':
      return { kind: 'passed-over', cause: `it is made for ${describeTarget(read.target)}` };
    case 'elf':
      return isSameTarget(read.elf.target, target)
        ? { kind: 'library', elf: read.elf }
        : { kind: 'passed-over', cause: `it is made for ${describeTarget(read.elf.target)}` };
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    fileErrorOf(error);
    return undefined;
  }
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    fileErrorOf(error);
    return Buffer.alloc(0);
  }
}
