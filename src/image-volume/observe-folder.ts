import { accessSync, constants, type Dirent, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { fileErrorOf, readLimitedFile } from '../lib/read-limited-file.ts';
import { type ParsedControlFile, parseControlFile } from './control-file.ts';

/** Why a folder cannot be used, or holds nothing. `missing` is the folder that is not there, it or one above it. */
export type UnusableFolder =
  | { readonly path: string; readonly state: 'missing'; readonly missing: string }
  | { readonly path: string; readonly state: 'escapes'; readonly target: string }
  | { readonly path: string; readonly state: 'unreadable'; readonly cause: string }
  | { readonly path: string; readonly state: 'not-a-folder' };

/** `path` is always the one of the setting, which for control files ends before `/extension`. */
export type ObservedFolder = { readonly path: string; readonly state: 'present' } | UnusableFolder;

export type ObservedControlFolder =
  | { readonly path: string; readonly state: 'present'; readonly controlFiles: readonly ObservedControlFile[] }
  | UnusableFolder;

export interface ObservedControlFile {
  /** The file's name without `.control`: the extension's, for an auxiliary file followed by `--` and a version. */
  readonly name: string;
  readonly path: string;
  readonly auxiliary: boolean;
  readonly content: ParsedControlFile | { readonly kind: 'unreadable'; readonly cause: string };
}

/** Names of files such as `hstore.so` and `libgeos.so.3`; `dangling` are links that lead nowhere. */
export type ObservedLibraryFolder =
  | {
      readonly path: string;
      readonly state: 'present';
      readonly libraries: readonly string[];
      readonly dangling: readonly string[];
    }
  | UnusableFolder;

const maxControlFileBytes = 1024 * 1024;

/**
 * Reads the control files that PostgreSQL finds for one element of extension_control_path. `within` is the real path
 * that the folder must not leave; the server's own folder has none.
 */
export function observeControlFolder(path: string, within?: string): ObservedControlFolder {
  const folder = `${path}/extension`;
  const listed = list(folder, path, within);
  if (!('entries' in listed)) return listed;
  // Files that start with a dot are read by PostgreSQL too.
  const controlFiles = listed.entries
    .filter((entry) => entry.name.endsWith('.control'))
    .map((entry) => observeControlFile(`${folder}/${entry.name}`, entry.name.slice(0, -'.control'.length)))
    .sort(byName);
  return { path, state: 'present', controlFiles };
}

/** Lists the libraries of one element of dynamic_library_path, or of `$libdir`. */
export function observeLibraryFolder(path: string, within?: string): ObservedLibraryFolder {
  const listed = list(path, path, within);
  if (!('entries' in listed)) return listed;
  const libraries: string[] = [];
  const dangling: string[] = [];
  for (const entry of listed.entries) {
    if (!/\.so(?:\.|$)/.test(entry.name) || entry.isDirectory()) continue;
    if (!entry.isSymbolicLink()) libraries.push(entry.name);
    else {
      // existsSync answers false as well for a link in a circle, or one that leads where this user may not go.
      const target = `${path}/${entry.name}`;
      if (!existsSync(target)) dangling.push(entry.name);
      else if (!statSync(target, { throwIfNoEntry: false })?.isDirectory()) libraries.push(entry.name);
    }
  }
  return { path, state: 'present', libraries: libraries.sort(), dangling: dangling.sort() };
}

/** Only whether it is there and may be entered, which is all that the loader and the shell need. */
export function observeFolder(path: string, within?: string): ObservedFolder {
  try {
    const target = realpathSync.native(path);
    if (within !== undefined && !isWithin(target, within)) return { path, state: 'escapes', target };
    if (!statSync(target).isDirectory()) return { path, state: 'not-a-folder' };
    accessSync(target, constants.X_OK);
    return { path, state: 'present' };
  } catch (error) {
    return unusable(path, path, error);
  }
}

function observeControlFile(path: string, name: string): ObservedControlFile {
  // PostgreSQL tells them apart by the two dashes alone.
  const auxiliary = name.includes('--');
  const file = readLimitedFile(path, maxControlFileBytes);
  const content =
    file.kind === 'read'
      ? parseControlFile(file.text, auxiliary ? 'auxiliary' : 'primary')
      : { kind: file.kind, cause: file.cause };
  return { name, path, auxiliary, content };
}

function list(folder: string, path: string, within: string | undefined): UnusableFolder | { entries: Dirent[] } {
  try {
    if (within !== undefined) {
      const target = realpathSync.native(folder);
      if (!isWithin(target, within)) return { path, state: 'escapes', target };
    }
    return { entries: readdirSync(folder, { withFileTypes: true }) };
  } catch (error) {
    const why = unusable(path, folder, error);
    if (why.state !== 'missing' || folder === path) return why;
    // Without `extension` in it the folder itself decides: it may be missing as well, or lead out of the image.
    const above = observeFolder(path, within);
    return above.state === 'escapes' || above.state === 'missing' ? above : why;
  }
}

function unusable(path: string, folder: string, error: unknown): UnusableFolder {
  const { cause, code } = fileErrorOf(error);
  if (code === 'ENOTDIR') return { path, state: 'not-a-folder' };
  return code === 'ENOENT' ? { path, state: 'missing', missing: folder } : { path, state: 'unreadable', cause };
}

function isWithin(target: string, root: string): boolean {
  return target === root || target.startsWith(root === '/' ? root : `${root}/`);
}

function byName(left: ObservedControlFile, right: ObservedControlFile): number {
  return left.name < right.name ? -1 : Number(left.name > right.name);
}
