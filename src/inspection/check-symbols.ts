import { symbolHash } from '../elf/symbol-hash.ts';
import type { Finding } from '../lib/finding.ts';
import { loadLibrary } from '../loader/load-library.ts';
import type { LoadedObject } from '../loader/shared-library.ts';
import { modulesOf } from './check-dependencies.ts';
import {
  type Files,
  fileName,
  type InspectedImage,
  type InspectedServer,
  type Inspection,
  imageFinding,
  listed,
} from './inspected-image.ts';
import { type KnownSymbols, knownSymbols, lackingSymbols } from './lacking-symbols.ts';

interface LackingModule {
  /** The library of PostgreSQL with which the loader would begin. */
  readonly module: string;
  /** It, or what it needs in turn. */
  readonly object: string;
  readonly symbols: readonly string[];
  /** What is loaded with it and comes from another image. */
  readonly foreign: readonly string[];
}

/**
 * PostgreSQL has the loader find every symbol at once (RTLD_NOW in dfmgr.c): of a library that needs one that nothing has nothing
 * can be used. musl has its own symbols in the loader, which is not read here.
 */
export function checkSymbols(image: InspectedImage, { images, server, files }: Inspection): readonly Finding[] {
  if (server === undefined || server.loader.libc !== 'glibc') return [];
  const known = knownSymbols();
  const lacking = modulesOf(image).flatMap((path) => lackingOf(image, path, server, files, known));
  const others = [...images.flatMap(modulesOf), ...server.modules];
  const told = new Map<string, LackingModule[]>();
  for (const one of lacking) told.set(one.object, [...(told.get(one.object) ?? []), one]);
  return [...told.values()].flatMap((group) => describe(image, group, others, server, files));
}

function lackingOf(
  image: InspectedImage,
  path: string,
  server: InspectedServer,
  files: Files,
  known: KnownSymbols,
): readonly LackingModule[] {
  const read = files.elfAt(path);
  if (read.kind !== 'elf' || read.elf.target.machine !== server.process.program.elf.target.machine) return [];
  const { objects, failures } = loadLibrary(path, read, server.process, server.loader);
  if (failures.length > 0) return [];
  const scope = [server.process.program, ...server.process.loaded.values(), ...objects];
  return lackingSymbols(objects, scope, files, known).map(({ object, symbols }) => {
    const foreign = objects.filter((one) => one !== object && !isOf(image, one) && isOfAnImage(one, server));
    return { module: path, object: object.path, symbols, foreign: foreign.map((one) => one.path) };
  });
}

function describe(
  image: InspectedImage,
  group: readonly LackingModule[],
  others: readonly string[],
  server: InspectedServer,
  files: Files,
): readonly Finding[] {
  const [first] = group;
  if (first === undefined) return [];
  const { object, symbols, foreign } = first;
  const modules = group.map(({ module }) => fileName(module));
  const who = modules.includes(fileName(object)) ? fileName(object) : `${object} (for ${listed(modules)})`;
  const providers = providersOf(first, others, server, files);
  if (providers.length > 0) {
    const what = `${who} uses ${listed(symbols)} of ${listed(providers)} and does not say so, so it can be loaded only after that`;
    const order = [...providers, object].map((path) => fileName(path).replace(/\.so$/, '')).join(', ');
    const message = `${what}. If it is not loaded by that, list them in this order in shared_preload_libraries: ${order}.`;
    return [imageFinding(image, 'warning', 'SymbolMissing', message)];
  }
  const what = `${who} cannot be loaded: it needs ${listed(symbols)}, which neither PostgreSQL nor a library that is loaded with it has`;
  const message =
    foreign.length === 0
      ? `${what}. Build the image for this server, with the libraries that are in it.`
      : `${what}. ${listed(foreign)} of another image came first in LD_LIBRARY_PATH: build both on the same distribution, or change the order of the extensions.`;
  return [imageFinding(image, 'error', 'SymbolMissing', message)];
}

/** Other libraries of PostgreSQL that have, with what is loaded with them, all of what is lacking; none if that is not all. */
function providersOf(
  { object, symbols }: LackingModule,
  others: readonly string[],
  server: InspectedServer,
  files: Files,
): readonly string[] {
  let left = symbols;
  const providers = others.filter((path) => {
    const read = path === object || left.length === 0 ? undefined : files.elfAt(path);
    if (read?.kind !== 'elf') return false;
    const { objects } = loadLibrary(path, read, server.process, server.loader);
    const before = left.length;
    left = left.filter((name) => !objects.some((one) => files.symbolsAt(one.path)?.defines(symbolHash(name))));
    return left.length < before;
  });
  return left.length === 0 ? providers : [];
}

function isOf(image: InspectedImage, { path }: LoadedObject): boolean {
  return path.startsWith(`${image.tree.root}/`);
}

function isOfAnImage({ path }: LoadedObject, { loader }: InspectedServer): boolean {
  return loader.ldLibraryPath.some((folder) => path.startsWith(`${folder}/`));
}
