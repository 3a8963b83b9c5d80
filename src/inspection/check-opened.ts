import { symbolHash } from '../elf/symbol-hash.ts';
import type { Finding } from '../lib/finding.ts';
import { loadLibrary } from '../loader/load-library.ts';
import { modulesOf } from './check-dependencies.ts';
import { relativeTo } from './image-tree.ts';
import { type Files, fileName, type InspectedImage, type Inspection, imageFinding } from './inspected-image.ts';

/**
 * Libraries that a module does not need to be loaded and may open itself: mysql_fdw opens libmysqlclient.so. Which name it will
 * open, or when, no file tells, so this is a warning.
 */
export function checkOpened(image: InspectedImage, { server, files }: Inspection): readonly Finding[] {
  if (server === undefined) return [];
  return modulesOf(image).flatMap((path) => {
    const read = files.elfAt(path);
    if (read.kind !== 'elf' || read.elf.target.machine !== server.process.program.elf.target.machine) return [];
    const { elf } = read;
    const linked = new Set([elf.soname, ...elf.needed, ...elf.versionsNeeded.map(({ file }) => file)]);
    const opened = namesToOpen(path, files).filter((name) => !linked.has(name));
    return opened.flatMap((name) => {
      const { failures } = loadLibrary(
        path,
        { ...read, elf: { ...elf, needed: [name] } },
        server.process,
        server.loader,
      );
      const isMissing = failures.some((failure) => failure.kind === 'missing' && failure.name === name);
      return isMissing ? [missing(image, path, name)] : [];
    });
  });
}

/** The names of libraries in a module that can open them. */
export function namesToOpen(path: string, files: Files): readonly string[] {
  const canOpen = files.symbolsAt(path)?.needed.includes(symbolHash('dlopen')) ?? true;
  return canOpen ? files.libraryNamesIn(path) : [];
}

function missing(image: InspectedImage, path: string, name: string): Finding {
  const { root, folders } = image.tree;
  const folder = folders.find(({ libraries }) => libraries.some((library) => library.name === name))?.path;
  const before = image.checked.usable.ldLibraryPath.map((one) => relativeTo(root, one));
  const remedy =
    folder === undefined
      ? 'in no folder that the loader searches. If it does, bring it in a folder of the image and list that in ld_library_path'
      : `in ${folder}, which ld_library_path does not list. Add ld_library_path: [${[...before, relativeTo(root, folder)].join(', ')}]`;
  const message = `${fileName(path)} has the name ${name} in it, as libraries have that open another one at run time, and that is ${remedy}.`;
  return imageFinding(image, 'warning', 'SystemLibraryMissing', message);
}
