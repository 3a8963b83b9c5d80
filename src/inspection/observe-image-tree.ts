import { type Dirent, readdirSync, readlinkSync } from 'node:fs';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import type { ImageTree, TreeFolder, TreeLibrary } from './image-tree.ts';

const mostEntries = 50_000;
const deepest = 12;
/** Code for the JIT compiler, thousands of files of it, and texts, a folder for each package. */
const passedOver: ReadonlySet<string> = new Set(['bitcode', 'licenses']);

/** Walks through an image; links to folders are not followed, they could lead anywhere. */
export function observeImageTree(root: string): ImageTree {
  const folders: TreeFolder[] = [];
  const waiting = [{ path: root, depth: 0 }];
  let entriesLeft = mostEntries;
  let isComplete = true;
  for (const { path, depth } of waiting) {
    const entries = entriesOf(path);
    entriesLeft -= entries.length;
    if (entriesLeft < 0 || depth > deepest) {
      isComplete = false;
      continue;
    }
    const files = entries.filter((entry) => !entry.isDirectory());
    const controlFiles = files.map(({ name }) => name).filter((name) => name.endsWith('.control'));
    const libraries = files.filter(({ name }) => /\.so(?:\.|$)/.test(name)).map((file) => libraryOf(path, file));
    if (controlFiles.length + libraries.length > 0) {
      folders.push({ path, controlFiles: controlFiles.sort(), libraries: libraries.sort(byName) });
    }
    for (const entry of entries) {
      if (!entry.isDirectory() || passedOver.has(entry.name)) continue;
      waiting.push({ path: `${path}/${entry.name}`, depth: depth + 1 });
    }
  }
  return { root, folders: folders.sort((a, b) => (a.path < b.path ? -1 : 1)), isComplete };
}

function libraryOf(folder: string, file: Dirent): TreeLibrary {
  const target = file.isSymbolicLink() ? linkTarget(`${folder}/${file.name}`) : undefined;
  return { name: file.name, isLocalLink: target !== undefined && !target.includes('/') };
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    fileErrorOf(error);
    return undefined;
  }
}

/** What cannot be listed is told by the checks of the folders that are in use. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    fileErrorOf(error);
    return [];
  }
}

function byName(one: TreeLibrary, other: TreeLibrary): number {
  return one.name < other.name ? -1 : 1;
}
