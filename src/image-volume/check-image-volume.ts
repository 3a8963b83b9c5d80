import type { Finding } from '../lib/finding.ts';
import { pathWritable } from '../settings/path-writable.ts';
import { checkControlFolder, checkFolder, type FolderVerdict, type Problem } from './check-folder.ts';
import { checkVolume } from './check-volume.ts';
import type { ControlFile } from './control-file.ts';
import type { ImageFolders, ObservedImageVolume } from './observe-image-volume.ts';

export interface ProvidedExtension {
  readonly name: string;
  readonly defaultVersion?: string;
  readonly comment?: string;
  readonly relocatable: boolean;
  readonly requires: readonly string[];
  readonly schema?: string;
  readonly trusted: boolean;
  readonly controlFile: string;
}

/** `libraries` are file names such as `hstore.so`, of the usable folders of dynamic_library_path. */
export interface CheckedImageVolume {
  /** The folders that may go into the settings and the environment, in the order they were declared. */
  readonly usable: ImageFolders;
  readonly provides: readonly ProvidedExtension[];
  readonly libraries: readonly string[];
  readonly findings: readonly Finding[];
}

/** Whether the user wrote the path down, or it is the default: a module without extensions has no `share`. */
export interface DeclaredPaths {
  readonly extensionControlPath: boolean;
  readonly dynamicLibraryPath: boolean;
}

/**
 * Decides what of an image goes in front of PostgreSQL. A folder that is missing stays in: PostgreSQL passes over it,
 * and the settings need not change when it appears. What would break the server's own views is left out.
 */
export function checkImageVolume(observed: ObservedImageVolume, declared: DeclaredPaths): CheckedImageVolume {
  const volume = checkVolume(observed);
  const controlFolders = judge(observed.controlFolders, volume.folders, (folder) =>
    checkControlFolder(folder, declared.extensionControlPath),
  );
  const libraryFolders = judge(observed.libraryFolders, volume.folders, (folder) =>
    checkFolder(folder, 'dynamic_library_path', declared.dynamicLibraryPath),
  );
  const ldLibraryFolders = judge(observed.ldLibraryFolders, volume.folders, (folder) =>
    checkFolder(folder, 'ld_library_path', true),
  );
  const binFolders = judge(observed.binFolders, volume.folders, (folder) => checkFolder(folder, 'bin_path', true));
  const judged = [controlFolders, libraryFolders, ldLibraryFolders, binFolders];
  const problems = [
    ...volume.problems,
    ...judged.flatMap((folders) => folders.problems),
    ...unlistedLibraries(observed.unlistedSystemFolder),
    ...observed.writableFolders.map(pathWritable),
  ];
  return {
    usable: {
      name: observed.name,
      mountPath: observed.mountPath,
      controlPath: paths(controlFolders.usable),
      libraryPath: paths(libraryFolders.usable),
      ldLibraryPath: paths(ldLibraryFolders.usable),
      binPath: paths(binFolders.usable),
    },
    provides: providedExtensions(controlFolders.usable),
    libraries: providedLibraries(libraryFolders.usable),
    findings: problems.map((problem) => ({ ...problem, subject: `extension/${observed.name}` })),
  };
}

/** What breaks most often: https://github.com/cloudnative-pg/postgres-extensions-containers/issues/70 */
function unlistedLibraries(folder: string | undefined): readonly Problem[] {
  if (folder === undefined) return [];
  return [
    {
      severity: 'warning',
      reason: 'LibrariesUnlisted',
      message: `The image has shared libraries in ${folder}, which ld_library_path does not list, so what needs them cannot be loaded; add ld_library_path: [system].`,
    },
  ];
}

interface Judged<Folder> {
  readonly usable: readonly Folder[];
  readonly problems: readonly Problem[];
}

function judge<Folder>(
  folders: readonly Folder[],
  verdict: 'check' | 'keep' | 'leave-out',
  check: (folder: Folder) => FolderVerdict,
): Judged<Folder> {
  if (verdict !== 'check') return { usable: verdict === 'keep' ? folders : [], problems: [] };
  const checked = folders.map((folder) => ({ folder, ...check(folder) }));
  return {
    usable: checked.flatMap(({ folder, usable }) => (usable ? [folder] : [])),
    problems: checked.flatMap(({ problems }) => problems),
  };
}

function paths(folders: readonly { readonly path: string }[]): readonly string[] {
  return folders.map(({ path }) => path);
}

/** PostgreSQL takes the first control file of a name, so a second one in a later folder provides nothing. */
function providedExtensions(folders: ObservedImageVolume['controlFolders']): readonly ProvidedExtension[] {
  const provided = new Map<string, ProvidedExtension>();
  for (const folder of folders) {
    if (folder.state !== 'present') continue;
    for (const { name, path, auxiliary, content } of folder.controlFiles) {
      if (auxiliary || content.kind !== 'valid' || provided.has(name)) continue;
      provided.set(name, providedExtension(name, path, content.control));
    }
  }
  return [...provided.values()];
}

function providedExtension(name: string, controlFile: string, control: ControlFile): ProvidedExtension {
  const { defaultVersion, comment, schema, relocatable, requires, trusted } = control;
  return {
    name,
    ...(defaultVersion === undefined ? {} : { defaultVersion }),
    ...(comment === undefined ? {} : { comment }),
    relocatable,
    requires,
    ...(schema === undefined ? {} : { schema }),
    trusted,
    controlFile,
  };
}

function providedLibraries(folders: ObservedImageVolume['libraryFolders']): readonly string[] {
  return [...new Set(folders.flatMap((folder) => (folder.state === 'present' ? folder.libraries : [])))];
}
