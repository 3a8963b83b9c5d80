import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import type { MagicBlock } from '../elf/magic-block.ts';
import { readElf, readLibraryNames, readNeededNames, readSymbols } from '../elf/read-elf.ts';
import { scratchMemory } from '../elf/scratch-memory.ts';
import { observeControlFolder } from '../image-volume/observe-folder.ts';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import { loadLibrary } from '../loader/load-library.ts';
import { observeServerProgram, type ServerProgram, startPlainly } from '../loader/observe-loader.ts';
import { observeFunctionLibraries } from '../settings/observe-preload-libraries.ts';
import { observeServerFolders, type ServerFolders } from '../settings/server-folders.ts';
import { extensionsOf } from './inspected-extension.ts';
import type { Files, InspectedImage, InspectedServer, Inspection } from './inspected-image.ts';
import { observeImageTree } from './observe-image-tree.ts';
import { scriptReader } from './observe-script.ts';

export interface InspectionInput {
  readonly images: readonly Pick<InspectedImage, 'observed' | 'checked'>[];
  /** Undefined: there is no PostgreSQL. */
  readonly binDirectory: string | undefined;
  /** As the postmaster gets it. */
  readonly ldLibraryPath: readonly string[];
  /** The value of the setting. */
  readonly dynamicLibraryPath: string;
}

/** Gathers what the checks go by; libraries are read when they are asked for, each once. */
export function observeInspection(input: InspectionInput, elfAt: Files['elfAt'] = elfReader()): Inspection {
  const { binDirectory } = input;
  const program =
    binDirectory === undefined
      ? undefined
      : observeServerProgram(`${binDirectory}/postgres`, input.ldLibraryPath, elfAt);
  const folders = binDirectory === undefined ? {} : observeServerFolders(binDirectory);
  const names = remembered(namesIn);
  const memory = scratchMemory();
  return {
    images: input.images.map((image) => ({
      ...image,
      tree: observeImageTree(image.observed.mountPath),
      extensions: extensionsOf(image, names),
    })),
    server: program === undefined ? undefined : observeServer(program, folders, elfAt),
    files: {
      elfAt,
      symbolsAt: remembered((path) => readSymbols(path, memory)),
      neededNamesIn: readNeededNames,
      libraryNamesIn: readLibraryNames,
      namesIn: names,
      script: scriptReader(),
      haveSameContent,
      lookUp: (probins) => observeFunctionLibraries(probins, input.dynamicLibraryPath, folders.libraryDirectory),
    },
  };
}

function observeServer(
  program: ServerProgram,
  { libraryDirectory, systemShareDirectory }: ServerFolders,
  elfAt: Files['elfAt'],
): InspectedServer {
  const plain = startPlainly(program);
  const loader = { ...program.loader, ldLibraryPath: [] };
  const own = new Map([...plain.loaded].map(([name, { path }]) => [name, path] as const));
  const modules: string[] = [];
  let magic: MagicBlock | undefined;
  for (const name of libraryDirectory === undefined ? [] : (namesIn(libraryDirectory) ?? [])) {
    const path = `${libraryDirectory}/${name}`;
    const read = name.endsWith('.so') ? elfAt(path) : undefined;
    if (read?.kind !== 'elf' || read.elf.magic.kind === 'none') continue;
    modules.push(path);
    // The modules of the server are loaded with the same LD_LIBRARY_PATH as those of images.
    for (const { path: needed, elf } of loadLibrary(path, read, plain, loader).objects.slice(1)) {
      if (elf.soname !== undefined && !own.has(elf.soname)) own.set(elf.soname, needed);
    }
    if (read.elf.magic.kind === 'found' && (magic === undefined || name === 'plpgsql.so')) magic = read.elf.magic.block;
  }
  const controlFolder = systemShareDirectory === undefined ? undefined : observeControlFolder(systemShareDirectory);
  const controlFiles = controlFolder?.state === 'present' ? controlFolder.controlFiles : [];
  return {
    path: program.path,
    magic,
    loader: program.loader,
    process: program.process,
    startFailures: program.process.failures,
    ownLibraries: own,
    modules,
    extensions: new Set(controlFiles.flatMap(({ name, auxiliary }) => (auxiliary ? [] : [name]))),
  };
}

/** Reads each file once. */
export function elfReader(): Files['elfAt'] {
  const memory = scratchMemory();
  return remembered((path) => readElf(path, memory));
}

function remembered<Read>(read: (path: string) => Read): (path: string) => Read {
  const known = new Map<string, { readonly read: Read }>();
  return (path) => {
    const held = known.get(path) ?? { read: read(path) };
    known.set(path, held);
    return held.read;
  };
}

function namesIn(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch (error) {
    fileErrorOf(error);
    return undefined;
  }
}

const pieceBytes = 1024 * 1024;

/** Two files that can be read and have the same bytes. */
function haveSameContent(one: string, other: string): boolean {
  const descriptors: number[] = [];
  try {
    const [left, right] = [statSync(one), statSync(other)];
    if (left.dev === right.dev && left.ino === right.ino) return true;
    if (left.size !== right.size) return false;
    descriptors.push(openSync(one, 'r'), openSync(other, 'r'));
    const pieces = [Buffer.alloc(pieceBytes), Buffer.alloc(pieceBytes)] as const;
    for (;;) {
      const count = readSync(descriptors[0] ?? 0, pieces[0]);
      readSync(descriptors[1] ?? 0, pieces[1]);
      if (count === 0) return true;
      if (!pieces[0].subarray(0, count).equals(pieces[1].subarray(0, count))) return false;
    }
  } catch (error) {
    fileErrorOf(error);
    return false;
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}
