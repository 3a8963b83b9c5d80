import { readdirSync, realpathSync } from 'node:fs';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import { writableByOthers } from '../settings/observe-writable.ts';
import { findMount, type Mount } from './mountinfo.ts';
import {
  type ObservedControlFolder,
  type ObservedFolder,
  type ObservedLibraryFolder,
  observeControlFolder,
  observeFolder,
  observeLibraryFolder,
} from './observe-folder.ts';

/** Which folders of an image to look at, as absolute paths. */
export interface ImageFolders {
  readonly name: string;
  readonly mountPath: string;
  readonly controlPath: readonly string[];
  readonly libraryPath: readonly string[];
  readonly ldLibraryPath: readonly string[];
  readonly binPath: readonly string[];
}

/** `folder`: files are there, but not as a mount of their own, as on a developer's machine. */
export type VolumeState =
  | { readonly state: 'mounted'; readonly readOnly: boolean; readonly noexec: boolean; readonly fileSystem: string }
  | { readonly state: 'folder' }
  | { readonly state: 'empty'; readonly mounted: boolean }
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable'; readonly cause: string }
  | { readonly state: 'not-a-folder' };

export interface ObservedImageVolume {
  readonly name: string;
  readonly mountPath: string;
  readonly volume: VolumeState;
  readonly controlFolders: readonly ObservedControlFolder[];
  readonly libraryFolders: readonly ObservedLibraryFolder[];
  readonly ldLibraryFolders: readonly ObservedFolder[];
  readonly binFolders: readonly ObservedFolder[];
  /** The folder in which images bring libraries of the system along, when it has some and ld_library_path is without it. */
  readonly unlistedSystemFolder: string | undefined;
  /** Of the folders, or above them in the image, those to which every user may write; none in a mount that is read-only. */
  readonly writableFolders: readonly string[];
}

/**
 * Looks at one image volume. The calls are synchronous on purpose: they take microseconds each, and a promise for
 * every one of them costs more than the call. `mounts` are those of /proc/self/mountinfo.
 */
export function observeImageVolume(folders: ImageFolders, mounts: readonly Mount[]): ObservedImageVolume {
  const root = observeRoot(folders.mountPath);
  if (root.kind !== 'there') return withoutFolders(folders, root.volume);
  const { realPath } = root;
  const mount = findMount(mounts, realPath);
  const observed = {
    name: folders.name,
    mountPath: folders.mountPath,
    controlFolders: folders.controlPath.map((path) => observeControlFolder(path, realPath)),
    libraryFolders: folders.libraryPath.map((path) => observeLibraryFolder(path, realPath)),
    ldLibraryFolders: folders.ldLibraryPath.map((path) => observeFolder(path, realPath)),
    binFolders: folders.binPath.map((path) => observeFolder(path, realPath)),
    unlistedSystemFolder: unlistedSystemFolder(folders),
    writableFolders: mount?.readOnly === true ? [] : writableFolders(folders, realPath),
  };
  if (root.listing === 'empty') return { ...observed, volume: { state: 'empty', mounted: mount !== undefined } };
  // A folder that may be entered but not listed is enough for PostgreSQL if the folders in it can be read.
  if (root.listing !== 'files' && !somethingIsPresent(observed)) {
    return { ...observed, volume: { state: 'unreadable', cause: root.listing.cause } };
  }
  if (mount === undefined) return { ...observed, volume: { state: 'folder' } };
  const { readOnly, noexec, fileSystem } = mount;
  return { ...observed, volume: { state: 'mounted', readOnly, noexec, fileSystem } };
}

type Root =
  | {
      readonly kind: 'there';
      readonly realPath: string;
      readonly listing: 'files' | 'empty' | { readonly cause: string };
    }
  | { readonly kind: 'not-there'; readonly volume: VolumeState };

function observeRoot(mountPath: string): Root {
  let realPath: string;
  try {
    realPath = realpathSync.native(mountPath);
  } catch (error) {
    const { cause, code } = fileErrorOf(error);
    if (code === 'ENOENT') return { kind: 'not-there', volume: { state: 'missing' } };
    return {
      kind: 'not-there',
      volume: code === 'ENOTDIR' ? { state: 'not-a-folder' } : { state: 'unreadable', cause },
    };
  }
  try {
    return { kind: 'there', realPath, listing: readdirSync(realPath).length === 0 ? 'empty' : 'files' };
  } catch (error) {
    const { cause, code } = fileErrorOf(error);
    if (code === 'ENOTDIR') return { kind: 'not-there', volume: { state: 'not-a-folder' } };
    return { kind: 'there', realPath, listing: { cause } };
  }
}

function withoutFolders(folders: ImageFolders, volume: VolumeState): ObservedImageVolume {
  const missing = (path: string) => ({ path, state: 'missing', missing: path }) as const;
  return {
    name: folders.name,
    mountPath: folders.mountPath,
    volume,
    controlFolders: folders.controlPath.map(missing),
    libraryFolders: folders.libraryPath.map(missing),
    ldLibraryFolders: folders.ldLibraryPath.map(missing),
    binFolders: folders.binPath.map(missing),
    unlistedSystemFolder: undefined,
    writableFolders: [],
  };
}

function writableFolders(
  { controlPath, libraryPath, ldLibraryPath, binPath }: ImageFolders,
  root: string,
): readonly string[] {
  const all = [...controlPath.map((path) => `${path}/extension`), ...libraryPath, ...ldLibraryPath, ...binPath];
  return [...new Set(all.flatMap((folder) => writableByOthers(folder, root) ?? []))];
}

/** https://github.com/cloudnative-pg/postgres-extensions-containers puts them there. */
function unlistedSystemFolder({ mountPath, ldLibraryPath }: ImageFolders): string | undefined {
  const folder = `${mountPath}/system`;
  if (ldLibraryPath.includes(folder)) return undefined;
  return namesIn(folder).some((name) => /\.so(\.|$)/.test(name)) ? folder : undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // most images have none
  }
}

function somethingIsPresent(observed: Omit<ObservedImageVolume, 'volume'>): boolean {
  const { controlFolders, libraryFolders, ldLibraryFolders, binFolders } = observed;
  return [controlFolders, libraryFolders, ldLibraryFolders, binFolders].some((folders) =>
    folders.some((folder) => folder.state === 'present'),
  );
}
