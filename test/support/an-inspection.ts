import { posix } from 'node:path';
import type { MagicBlock } from '../../src/elf/magic-block.ts';
import type { ElfFile, ParsedElf } from '../../src/elf/parse-elf.ts';
import { symbolHash } from '../../src/elf/symbol-hash.ts';
import type { SymbolTable } from '../../src/elf/symbol-table.ts';
import { parseControlFile } from '../../src/image-volume/control-file.ts';
import type { ObservedControlFolder } from '../../src/image-volume/observe-folder.ts';
import type { ObservedImageVolume } from '../../src/image-volume/observe-image-volume.ts';
import { hasSomethingToCheck } from '../../src/inspection/creation-scripts.ts';
import type { ImageTree } from '../../src/inspection/image-tree.ts';
import { extensionsOf } from '../../src/inspection/inspected-extension.ts';
import type { Files, InspectedImage, InspectedServer, Inspection } from '../../src/inspection/inspected-image.ts';
import { startProgram } from '../../src/loader/load-library.ts';
import type { LibraryAt, Loader } from '../../src/loader/shared-library.ts';
import type { LibraryLookup } from '../../src/settings/preload-libraries.ts';

/** What is read at a path. */
type ReadRecipe = ParsedElf | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly cause: string };

/** What differs from a plain library. */
export type ElfRecipe = Omit<Partial<ElfFile>, 'versionsDefined'> & { readonly versionsDefined?: readonly string[] };

/** A library in memory. */
export interface LibraryRecipe {
  readonly read: ReadRecipe;
  readonly symbols: SymbolTable | undefined;
  /** What it needs, in the order of the hashes. */
  readonly neededNames?: readonly string[];
  /** Texts in it that are names of libraries. */
  readonly names?: readonly string[];
}

/** Texts of control files and scripts, and libraries, by their path. */
export type FileRecipes = Readonly<Record<string, string | LibraryRecipe>>;

export interface EntryRecipe {
  readonly name: string;
  /** The default is `share`, `lib` and nothing. */
  readonly controlPath?: readonly string[];
  readonly libraryPath?: readonly string[];
  readonly ldLibraryPath?: readonly string[];
}

const x86 = { bits: 64, order: 'little', machine: 62 } as const;
export const arm = { bits: 64, order: 'little', machine: 183 } as const;
export const magic18: MagicBlock = { major: 18, limits: [100, 32, 64, 1], abi: 'PostgreSQL' };
export const serverProgram = '/pg/bin/postgres';
export const serverLibraries = '/pg/lib';

const plainElf: ElfFile = {
  target: x86,
  refusedAsLibrary: undefined,
  soname: undefined,
  needed: [],
  rpath: undefined,
  runpath: undefined,
  isWithoutDefaults: false,
  interpreter: undefined,
  wantsExecutableStack: false,
  versionsNeeded: [],
  versionsDefined: new Set(),
  magic: { kind: 'none' },
};

/** A library that is whole and made for the machine of the server. */
export function aLibrary(
  elf: ElfRecipe = {},
  symbols: { readonly defined?: readonly string[]; readonly needed?: readonly string[] } = {},
): LibraryRecipe {
  const defined = new Set(symbols.defined?.map(symbolHash));
  const neededNames = symbols.needed ?? [];
  return {
    read: { kind: 'elf', elf: { ...plainElf, ...elf, versionsDefined: new Set(elf.versionsDefined) } },
    symbols: { defines: (hash) => defined.has(hash), needed: neededNames.map(symbolHash) },
    neededNames,
  };
}

/** A library that PostgreSQL 18 loads; `functions` are what its scripts can name. */
export function aModule(elf: ElfRecipe = {}, functions: readonly string[] = []): LibraryRecipe {
  const defined = functions.flatMap((name) => [name, `pg_finfo_${name}`]);
  return aLibrary({ magic: { kind: 'found', block: magic18 }, ...elf }, { defined });
}

export function aBrokenFile(read: Exclude<ReadRecipe, { readonly kind: 'elf' }>): LibraryRecipe {
  return { read, symbols: undefined };
}

/** Images at /e/<name> beside a server at /pg, all of it in memory. */
export function anInspection(
  recipes: FileRecipes,
  entries: readonly EntryRecipe[],
  options: { readonly withoutServer?: boolean } = {},
): Inspection {
  const all: FileRecipes = {
    [serverProgram]: aLibrary({}, { defined: ['palloc', 'errfinish'] }),
    [`${serverLibraries}/plpgsql.so`]: aModule(),
    ...recipes,
  };
  const images = entries.map((entry) => anImage(entry, all));
  return {
    images,
    server: options.withoutServer === true ? undefined : aServer(images, all),
    files: filesOf(images, all),
  };
}

function anImage(entry: EntryRecipe, all: FileRecipes): InspectedImage {
  const mountPath = `/e/${entry.name}`;
  const absolute = (paths: readonly string[]) =>
    paths.map((path) => (path === '.' ? mountPath : `${mountPath}/${path}`));
  const usable = {
    name: entry.name,
    mountPath,
    controlPath: absolute(entry.controlPath ?? ['share']),
    libraryPath: absolute(entry.libraryPath ?? ['lib']),
    ldLibraryPath: absolute(entry.ldLibraryPath ?? []),
    binPath: [],
  };
  const controlFolders = usable.controlPath.map((path) => aControlFolder(path, all));
  const isWhole = (folder: ObservedControlFolder): boolean =>
    folder.state === 'present' && folder.controlFiles.every(({ content }) => content.kind === 'valid');
  const whole = new Set(controlFolders.filter(isWhole).map(({ path }) => path));
  const observed: ObservedImageVolume = {
    name: entry.name,
    mountPath,
    volume: { state: 'folder' },
    controlFolders,
    libraryFolders: usable.libraryPath.map((path) => ({ path, state: 'present', libraries: [], dangling: [] })),
    ldLibraryFolders: [],
    binFolders: [],
    unlistedSystemFolder: undefined,
    writableFolders: [],
  };
  const provides = controlFolders.flatMap((folder) =>
    folder.state !== 'present'
      ? []
      : folder.controlFiles.flatMap(({ name, path, auxiliary, content }) => {
          if (auxiliary || content.kind !== 'valid') return [];
          const { relocatable, requires, trusted } = content.control;
          return [{ name, controlFile: path, relocatable, requires, trusted }];
        }),
  );
  const controlPath = usable.controlPath.filter((path) => whole.has(path));
  const checked = { usable: { ...usable, controlPath }, provides };
  const extensions = extensionsOf({ observed, checked }, (folder) => namesIn(folder, all));
  return { observed, checked, tree: aTree(mountPath, all), extensions };
}

function aControlFolder(path: string, all: FileRecipes): ObservedControlFolder {
  const controlFiles = Object.entries(all).flatMap(([file, content]) => {
    if (posix.dirname(file) !== `${path}/extension` || typeof content !== 'string' || !file.endsWith('.control'))
      return [];
    const name = posix.basename(file, '.control');
    const auxiliary = name.includes('--');
    return [{ name, path: file, auxiliary, content: parseControlFile(content, auxiliary ? 'auxiliary' : 'primary') }];
  });
  return { path, state: 'present', controlFiles };
}

function aTree(root: string, all: FileRecipes): ImageTree {
  const paths = Object.keys(all).filter((path) => path.startsWith(`${root}/`));
  const folders = [...Map.groupBy(paths, (path) => posix.dirname(path))].map(([path, files]) => ({
    path,
    controlFiles: files.map((file) => posix.basename(file)).filter((name) => name.endsWith('.control')),
    libraries: files
      .map((file) => posix.basename(file))
      .filter((name) => /\.so(?:\.|$)/.test(name))
      .map((name) => ({ name, isLocalLink: false })),
  }));
  const isOfUse = ({ controlFiles, libraries }: (typeof folders)[number]) => controlFiles.length + libraries.length > 0;
  return { root, folders: folders.filter(isOfUse).sort((a, b) => (a.path < b.path ? -1 : 1)), isComplete: true };
}

function aServer(images: readonly InspectedImage[], all: FileRecipes): InspectedServer {
  const loader: Loader = {
    libc: 'glibc',
    ldLibraryPath: images.flatMap(({ checked }) => checked.usable.ldLibraryPath),
    cached: () => undefined,
    defaultFolders: ['/usr/lib'],
    libToken: 'lib',
    platformTokens: [],
    subfolders: () => [],
    libraryAt: (path) => libraryAt(all[posix.normalize(path)], path),
  };
  const program = all[serverProgram];
  if (program === undefined || typeof program === 'string' || program.read.kind !== 'elf')
    throw new Error('no program');
  const plain = startProgram(serverProgram, program.read.elf, { ...loader, ldLibraryPath: [] });
  const process = startProgram(serverProgram, program.read.elf, loader);
  return {
    path: serverProgram,
    magic: magic18,
    loader,
    process,
    startFailures: process.failures,
    ownLibraries: new Map([...plain.loaded].map(([name, { path }]) => [name, path])),
    modules: Object.keys(all).filter((path) => posix.dirname(path) === serverLibraries),
    extensions: new Set(['plpgsql']),
  };
}

function libraryAt(recipe: string | LibraryRecipe | undefined, path: string): LibraryAt {
  if (recipe === undefined) return { kind: 'passed-over', cause: undefined };
  if (typeof recipe === 'string') return { kind: 'damaged', cause: 'invalid ELF header' };
  const { read } = recipe;
  if (read.kind === 'damaged') return { kind: 'damaged', cause: read.cause };
  if (read.kind !== 'elf') return { kind: 'passed-over', cause: read.kind };
  return read.elf.target.machine === x86.machine
    ? { kind: 'library', elf: read.elf, file: posix.normalize(path) }
    : { kind: 'passed-over', cause: 'it is made for another machine' };
}

function namesIn(folder: string, all: FileRecipes): readonly string[] | undefined {
  const names = Object.keys(all).filter((path) => posix.dirname(path) === folder);
  return names.length === 0 ? undefined : names.map((path) => posix.basename(path));
}

function filesOf(images: readonly InspectedImage[], all: FileRecipes): Files {
  const folders = [serverLibraries, ...images.flatMap(({ checked }) => checked.usable.libraryPath)];
  return {
    elfAt: (path) => {
      const recipe = all[path];
      if (recipe === undefined) return { kind: 'absent' };
      if (typeof recipe === 'string') {
        return { kind: 'damaged', how: 'refused', cause: 'invalid ELF header', file: path };
      }
      if (recipe.read.kind === 'unreadable') return { ...recipe.read, code: 'EACCES' };
      return recipe.read.kind === 'absent' ? recipe.read : { ...recipe.read, file: path };
    },
    symbolsAt: (path) => {
      const recipe = all[path];
      return typeof recipe === 'object' ? recipe.symbols : undefined;
    },
    neededNamesIn: (path) => {
      const recipe = all[path];
      return typeof recipe === 'object' ? (recipe.neededNames ?? []) : [];
    },
    libraryNamesIn: (path) => {
      const recipe = all[path];
      return typeof recipe === 'object' ? (recipe.names ?? []) : [];
    },
    namesIn: (folder) => namesIn(folder, all),
    script: (path) => {
      const recipe = all[path];
      const bytes = typeof recipe === 'string' ? Buffer.from(recipe) : undefined;
      return bytes !== undefined && hasSomethingToCheck(bytes) ? bytes.toString('latin1') : undefined;
    },
    haveSameContent: (one, other) => all[one] === all[other],
    lookUp: (probins) => new Map(probins.map((probin) => [probin, lookUp(probin, folders, all)])),
  };
}

function lookUp(probin: string, folders: readonly string[], all: FileRecipes): LibraryLookup {
  const name = probin.replace(/^\$libdir\/(?=[^/]+$)/, '');
  const searched = name.startsWith('$libdir/') ? [posix.join(serverLibraries, posix.dirname(name.slice(8)))] : folders;
  const found = searched.map((folder) => `${folder}/${posix.basename(name)}.so`).find((path) => path in all);
  return found === undefined ? { kind: 'missing', folders: searched } : { kind: 'found', path: found };
}
