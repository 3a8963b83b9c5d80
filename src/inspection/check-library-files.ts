import { describeTarget, type ElfTarget, isSameTarget } from '../elf/elf-target.ts';
import type { ElfFile } from '../elf/parse-elf.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { Finding } from '../lib/finding.ts';
import type { TreeLibrary } from './image-tree.ts';
import { type Files, type InspectedImage, type InspectedServer, imageFinding, listed } from './inspected-image.ts';

/** Each library of an image by itself: whole, of this machine, for this major version of PostgreSQL. */
export function checkLibraryFiles(
  image: InspectedImage,
  server: InspectedServer | undefined,
  files: Files,
): readonly Finding[] {
  const { libraryPath, ldLibraryPath } = image.checked.usable;
  const inUse = new Set([...libraryPath, ...ldLibraryPath]);
  const modules = new Set(libraryPath);
  const foreign = new Map<string, string[]>();
  const findings: Finding[] = [];
  for (const { path: folder, libraries } of image.tree.folders) {
    if (!inUse.has(folder)) continue;
    for (const library of libraries) {
      const problem = problemOf(`${folder}/${library.name}`, library, modules.has(folder), server, files);
      if (problem === undefined) continue;
      if (problem.kind === 'finding') findings.push(imageFinding(image, 'error', problem.reason, problem.message));
      else foreign.set(problem.target, [...(foreign.get(problem.target) ?? []), `${folder}/${library.name}`]);
    }
  }
  return [...findings, ...[...foreign].map(([target, paths]) => madeForOther(image, paths, target, server))];
}

type LibraryProblem =
  | {
      readonly kind: 'finding';
      readonly reason: 'LibraryDamaged' | 'LibraryOfOtherServer';
      readonly message: string;
    }
  | { readonly kind: 'foreign'; readonly target: string };

function problemOf(
  path: string,
  library: TreeLibrary,
  isAmongModules: boolean,
  server: InspectedServer | undefined,
  files: Files,
): LibraryProblem | undefined {
  if (library.isLocalLink) return undefined;
  const read = files.elfAt(path);
  switch (read.kind) {
    case 'absent':
      return damaged(`${path} is a link that leads nowhere`);
    case 'unreadable':
      return damaged(`${path} cannot be read: ${read.cause}`);
    case 'damaged':
      if (notElf.has(read.cause) && !isToBeLoaded(library.name, isAmongModules)) return undefined;
      return damaged(
        read.how === 'truncated'
          ? `${path} is cut off: ${read.cause}; a session that loads it dies of SIGBUS, and takes all the others with it`
          : `${path} cannot be loaded: ${read.cause}`,
      );
    case 'unknown':
      return otherTarget(read.target, server);
    case 'elf':
      return (
        otherTarget(read.elf.target, server) ??
        program(path, read.elf, server) ??
        executableStack(path, read.elf, server) ??
        otherServer(path, read.elf, server)
      );
    default:
      return assertNever(read);
  }
}

const notElf: ReadonlySet<string> = new Set(['invalid ELF header', 'file too short']);

/** `libz.so` beside a library is the compilers' and may be a script for the linker; `a.so.txt` is nobody's. */
function isToBeLoaded(name: string, isAmongModules: boolean): boolean {
  return name.endsWith('.so') ? isAmongModules : /\.so(?:\.\d+)+$/.test(name);
}

/** musl does not mind. */
function program(path: string, elf: ElfFile, server: InspectedServer | undefined): LibraryProblem | undefined {
  if (elf.refusedAsLibrary === undefined || server?.loader.libc === 'musl') return undefined;
  return damaged(`${path} cannot be loaded: ${elf.refusedAsLibrary}`);
}

/** https://sourceware.org/glibc/manual/latest/html_node/Dynamic-Linking-Tunables.html, glibc.rtld.execstack */
function executableStack(path: string, elf: ElfFile, server: InspectedServer | undefined): LibraryProblem | undefined {
  if (!elf.wantsExecutableStack || server === undefined || !refusesExecutableStack(server)) return undefined;
  const what = `${path} cannot be loaded: it wants an executable stack, which glibc 2.41 and newer refuse to a library that is opened later`;
  const message = `${what}. Link it with -Wl,-z,noexecstack, or build it with a newer compiler.`;
  return { kind: 'finding', reason: 'LibraryDamaged', message };
}

const firstRefusingMinor = 41;

function refusesExecutableStack({ loader, process: { program: postgres, loaded } }: InspectedServer): boolean {
  if (loader.libc !== 'glibc' || postgres.elf.wantsExecutableStack) return false;
  const versions = [...loaded.values()].flatMap(({ elf }) => [...elf.versionsDefined]);
  return versions.some((version) => Number(/^GLIBC_2\.(\d+)$/.exec(version)?.[1] ?? 0) >= firstRefusingMinor);
}

function damaged(what: string): LibraryProblem {
  return { kind: 'finding', reason: 'LibraryDamaged', message: `${what}. Build the image again.` };
}

function otherTarget(target: ElfTarget, server: InspectedServer | undefined): LibraryProblem | undefined {
  if (server === undefined || isSameTarget(target, server.process.program.elf.target)) return undefined;
  return { kind: 'foreign', target: describeTarget(target) };
}

const limits = ['FUNC_MAX_ARGS', 'INDEX_MAX_KEYS', 'NAMEDATALEN', 'FLOAT8PASSBYVAL'] as const;

/** https://www.postgresql.org/docs/18/xfunc-c.html#XFUNC-C-DYNLOAD */
function otherServer(
  path: string,
  { magic }: ElfFile,
  server: InspectedServer | undefined,
): LibraryProblem | undefined {
  if (magic.kind !== 'found' || server?.magic === undefined) return undefined;
  const [built, runs] = [magic.block, server.magic];
  if (built.major !== runs.major) {
    const what = `${path} was built for PostgreSQL ${built.major}, and this is PostgreSQL ${runs.major}, which refuses it`;
    const message = `${what} (version mismatch). Mount the image for PostgreSQL ${runs.major}.`;
    return { kind: 'finding', reason: 'LibraryOfOtherServer', message };
  }
  const differing = limits.find((_, index) => built.limits[index] !== runs.limits[index]);
  if (differing !== undefined) {
    const index = limits.indexOf(differing);
    const what = `${path} was built with ${differing} = ${built.limits[index]}, and this server with ${runs.limits[index]}, which refuses it`;
    return { kind: 'finding', reason: 'LibraryOfOtherServer', message: `${what}. Build the image for this server.` };
  }
  if (built.abi === runs.abi) return undefined;
  const what = `${path} was built for a server of another make ("${built.abi}"), and this one ("${runs.abi}") refuses it`;
  const message = `${what} (ABI mismatch). Mount an image that was built for this server.`;
  return { kind: 'finding', reason: 'LibraryOfOtherServer', message };
}

function madeForOther(
  image: InspectedImage,
  paths: readonly string[],
  target: string,
  server: InspectedServer | undefined,
): Finding {
  const ours = server === undefined ? 'this machine' : describeTarget(server.process.program.elf.target);
  const what = `${listed(paths)} ${paths.length === 1 ? 'is' : 'are'} made for ${target}, and this server for ${ours}`;
  const message = `${what}: it cannot load ${paths.length === 1 ? 'it' : 'them'}. Mount the image for ${ours}.`;
  return imageFinding(image, 'error', 'LibraryForeign', message);
}
