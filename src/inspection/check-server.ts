import type { Finding } from '../lib/finding.ts';
import { type LoadFailure, loadLibrary } from '../loader/load-library.ts';
import {
  type Files,
  fileName,
  type InspectedImage,
  type InspectedServer,
  type Inspection,
  imageFinding,
  listed,
} from './inspected-image.ts';
import { knownSymbols, lackingSymbols } from './lacking-symbols.ts';

/**
 * What the folders of images in LD_LIBRARY_PATH do to PostgreSQL itself: with a library there that is another one than it was
 * built with it does not start, or its own modules are not loaded, that of streaming replication among them.
 */
export function checkServer({ images, server, files }: Inspection): readonly Finding[] {
  if (server === undefined) return [];
  const modules = server.modules.flatMap((path) => {
    const read = files.elfAt(path);
    if (read.kind !== 'elf') return [];
    return loadLibrary(path, read, server.process, server.loader).failures.map((failure) => ({ path, failure }));
  });
  const program = server.startFailures.map((failure) => ({ path: server.path, failure }));
  const told = new Set<string>();
  const failures = [...program, ...modules].flatMap(({ path, failure }) => {
    const culprit = culpritOf(failure);
    const image = images.find(({ tree }) => culprit.startsWith(`${tree.root}/`));
    if (image === undefined || told.has(culprit)) return [];
    told.add(culprit);
    return [findingOf(image, path, culprit, failure, server)];
  });
  return failures.length > 0 ? failures : startWithoutSymbols(images, server, files);
}

/** A library that has no versions at all is taken for one that has them, until a symbol of it is looked for. */
function startWithoutSymbols(
  images: readonly InspectedImage[],
  { process: started, loader }: InspectedServer,
  files: Files,
): readonly Finding[] {
  const objects = [...new Set([started.program, ...started.loaded.values()])];
  return images.flatMap((image) => {
    const own = objects.filter(({ path }) => path.startsWith(`${image.tree.root}/`));
    if (own.length === 0 || loader.libc !== 'glibc') return [];
    const [lacking] = lackingSymbols(objects, objects, files, knownSymbols());
    if (lacking === undefined) return [];
    const wanted = own.find(({ path, elf }) => lacking.object.elf.needed.includes(elf.soname ?? fileName(path)));
    const culprit = (wanted ?? own[0])?.path ?? '';
    const why = `LD_LIBRARY_PATH gives it ${culprit}, which does not have ${listed(lacking.symbols)} for ${fileName(lacking.object.path)}`;
    const message = `PostgreSQL itself would not start: ${why}. ${remedyFor(culprit)}`;
    return [imageFinding(image, 'error', 'SymbolMissing', message)];
  });
}

/** The file in whose place the server would have another one without the images. */
function culpritOf(failure: LoadFailure): string {
  switch (failure.kind) {
    case 'version':
      return failure.provider.path;
    case 'damaged':
      return failure.path;
    case 'missing':
      return failure.by.path;
  }
}

function findingOf(
  image: InspectedImage,
  path: string,
  culprit: string,
  failure: LoadFailure,
  server: InspectedServer,
): Finding {
  const what =
    path === server.path ? 'PostgreSQL itself would not start' : `PostgreSQL could not load its own ${fileName(path)}`;
  const why = `LD_LIBRARY_PATH gives it ${culprit}, which ${shortcoming(failure)}`;
  const message = `${what}: ${why}. ${remedyFor(culprit)}`;
  return imageFinding(image, 'error', reasonOf(failure), message);
}

function remedyFor(culprit: string): string {
  return `Take ${fileName(culprit)} out of the image, or build it on the distribution of the server.`;
}

function shortcoming(failure: LoadFailure): string {
  switch (failure.kind) {
    case 'version':
      return `does not have ${failure.needed.version} for ${fileName(failure.by.path)}`;
    case 'damaged':
      return `cannot be loaded: ${failure.cause}`;
    case 'missing':
      return `needs ${failure.name}, which is nowhere`;
  }
}

function reasonOf({ kind }: LoadFailure): Finding['reason'] {
  const reasons = {
    version: 'SymbolVersionMissing',
    damaged: 'LibraryDamaged',
    missing: 'SystemLibraryMissing',
  } as const;
  return reasons[kind];
}
