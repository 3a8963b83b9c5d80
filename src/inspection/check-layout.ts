import type { Finding } from '../lib/finding.ts';
import { type ImageTree, relativeTo, type TreeFolder } from './image-tree.ts';
import { type Files, type InspectedImage, imageFinding, listed } from './inspected-image.ts';

/** Control files and modules that are in the image and not where PostgreSQL is told to look. */
export function checkLayout(image: InspectedImage, files: Files): readonly Finding[] {
  const { volume } = image.observed;
  if (volume.state !== 'mounted' && volume.state !== 'folder') return [];
  return [...checkControlFiles(image), ...checkModules(image, files)];
}

function checkControlFiles(image: InspectedImage): readonly Finding[] {
  const { root, folders } = image.tree;
  // A folder that is left out for what is in it is listed all the same, and why is told elsewhere.
  const elements = image.observed.controlFolders.map(({ path }) => path);
  const searchedFolders = new Set(elements.map((path) => `${path}/extension`));
  const withControl = folders.filter(({ controlFiles }) => controlFiles.length > 0);
  const [inUse, unlisted] = [
    withControl.filter(({ path }) => searchedFolders.has(path)),
    withControl.filter(({ path }) => !searchedFolders.has(path)),
  ];
  const hasSome = inUse.length > 0;
  const usable = unlisted.filter(({ path }) => path.endsWith('/extension'));
  if (usable.length > 0) {
    const list = listWith(
      image.tree,
      hasSome ? elements : [],
      usable.map(({ path }) => path.slice(0, -'/extension'.length)),
    );
    const what = `The image has control files in ${paths(usable)}, where PostgreSQL does not look`;
    const message = `${what}: ${root} is searched in ${searched(image)}. Add extension_control_path: [${list}].`;
    return [imageFinding(image, hasSome ? 'warning' : 'error', 'LayoutUnusual', message)];
  }
  if (hasSome) return misplaced(image, unlisted, new Set(inUse.flatMap(({ controlFiles }) => controlFiles)));
  const [first] = unlisted;
  if (first === undefined) return [];
  const where = first.path;
  const what = `The image has control files in ${paths(unlisted)}, but PostgreSQL appends /extension to every element of extension_control_path`;
  const message = `${what}, so no setting leads there. Move them to ${where}/extension in the image${where === `${root}/share` ? '' : `, and add extension_control_path: [${relativeTo(root, where)}]`}.`;
  return [imageFinding(image, 'error', 'LayoutUnusual', message)];
}

/** A level too high, beside others that are `inPlace`; elsewhere in an image they may be examples. */
function misplaced(
  image: InspectedImage,
  unlisted: readonly TreeFolder[],
  inPlace: ReadonlySet<string>,
): readonly Finding[] {
  const elements = new Set(image.observed.controlFolders.map(({ path }) => path));
  return unlisted.flatMap(({ path, controlFiles }) => {
    const lost = elements.has(path) ? controlFiles.filter((name) => !inPlace.has(name)) : [];
    if (lost.length === 0) return [];
    const what = `The image has ${listed(lost)} in ${path}, and PostgreSQL looks in ${path}/extension`;
    const message = `${what}, so no setting leads there. Move ${lost.length === 1 ? 'it' : 'them'} to ${path}/extension in the image.`;
    return [imageFinding(image, 'error', 'LayoutUnusual', message)];
  });
}

function checkModules(image: InspectedImage, files: Files): readonly Finding[] {
  const elements = image.observed.libraryFolders.map(({ path }) => path);
  const inUse = new Set(elements);
  const withModules = moduleFolders(image.tree, files);
  const unlisted = withModules.filter(({ path }) => !inUse.has(path));
  if (unlisted.length === 0) return [];
  const hasSome = withModules.length > unlisted.length;
  const list = listWith(
    image.tree,
    hasSome ? elements : [],
    unlisted.map(({ path }) => path),
  );
  const what = `The image has modules of PostgreSQL in ${paths(unlisted)}, which dynamic_library_path does not list`;
  return [
    imageFinding(
      image,
      hasSome ? 'warning' : 'error',
      'LayoutUnusual',
      `${what}. Add dynamic_library_path: [${list}].`,
    ),
  ];
}

/** The folders with libraries that say of themselves that they are PostgreSQL's. */
export function moduleFolders(tree: ImageTree, files: Files): readonly TreeFolder[] {
  return tree.folders.filter(({ path, libraries }) =>
    libraries.some(({ name, isLocalLink }) => {
      if (isLocalLink || !name.endsWith('.so')) return false;
      const read = files.elfAt(`${path}/${name}`);
      return read.kind === 'elf' && read.elf.magic.kind !== 'none';
    }),
  );
}

function listWith(tree: ImageTree, before: readonly string[], more: readonly string[]): string {
  return [...before, ...more].map((path) => relativeTo(tree.root, path)).join(', ');
}

function paths(folders: readonly TreeFolder[]): string {
  return folders.map(({ path }) => path).join(', ');
}

function searched(image: InspectedImage): string {
  const folders = image.observed.controlFolders.map(({ path }) => `${relativeTo(image.tree.root, path)}/extension`);
  return folders.length === 0 ? 'no folder' : folders.join(', ');
}
