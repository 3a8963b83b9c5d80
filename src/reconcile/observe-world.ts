import { readFileSync } from 'node:fs';
import type { ExtensionConfiguration, InstanceConfiguration } from '../configuration/instance-configuration.ts';
import { type CheckedImageVolume, checkImageVolume } from '../image-volume/check-image-volume.ts';
import { checkShadowing } from '../image-volume/check-shadowing.ts';
import { imagePath } from '../image-volume/image-path.ts';
import { type Mount, parseMountInfo } from '../image-volume/mountinfo.ts';
import { observeControlFolder, observeLibraryFolder } from '../image-volume/observe-folder.ts';
import { type ObservedImageVolume, observeImageVolume } from '../image-volume/observe-image-volume.ts';
import type { Finding } from '../lib/finding.ts';
import { type ExtensionPaths, extensionPaths } from '../settings/extension-paths.ts';
import { splitLibraryList } from '../settings/guc-list.ts';
import { observePreloadLibraries } from '../settings/observe-preload-libraries.ts';
import { checkPreloadLibraries, mergeLibraryLists, type PreloadLibraries } from '../settings/preload-libraries.ts';
import { readUserSettings } from '../settings/read-user-settings.ts';
import { observeServerFolders, type ServerFolders } from '../settings/server-folders.ts';
import { type InstanceOptions, userConfigFile } from './options.ts';

/** One extension of the configuration, and what is there of it. */
export interface ImageOnDisk {
  readonly configuration: ExtensionConfiguration;
  readonly observed: ObservedImageVolume;
  readonly checked: CheckedImageVolume;
}

/** What the disk says, for one configuration. */
export interface World {
  readonly configuration: InstanceConfiguration;
  readonly images: readonly ImageOnDisk[];
  /** Undefined: there are no extensions and nobody set them, so they are left to the server. */
  readonly paths: ExtensionPaths | undefined;
  readonly preload: PreloadLibraries | undefined;
  readonly findings: readonly Finding[];
}

/** Parameters in which what the images need and what the user set himself are one value. */
export const mergedParameters = ['extension_control_path', 'dynamic_library_path', 'shared_preload_libraries'] as const;
type MergedParameter = (typeof mergedParameters)[number];

/** Image volumes are local file systems and their folders small, so this is done in one go, without waiting. */
export function observeWorld(configuration: InstanceConfiguration, options: InstanceOptions): World {
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  const images = configuration.extensions.map((extension) => observeImage(extension, mounts, options));
  const folders = observeServerFolders(options.binDirectory);
  const users = observeUsersOwn(configuration, options);
  const paths = extensionPaths(
    images.map((image) => image.checked.usable),
    {
      extensionControlPath: users.value('extension_control_path'),
      dynamicLibraryPath: users.value('dynamic_library_path'),
    },
  );
  const hasPaths =
    images.length > 0 ||
    users.value('extension_control_path') !== undefined ||
    users.value('dynamic_library_path') !== undefined;
  return {
    configuration,
    images,
    paths: hasPaths ? paths : undefined,
    preload: observePreload(configuration, users.value('shared_preload_libraries'), paths, folders),
    findings: [...users.findings, ...shadowing(images, folders)],
  };
}

function observeImage(
  extension: ExtensionConfiguration,
  mounts: readonly Mount[],
  options: InstanceOptions,
): ImageOnDisk {
  const mountPath = `${options.extensionsDirectory}/${extension.name}`;
  const absolute = (paths: readonly string[]): readonly string[] => paths.map((path) => imagePath(mountPath, path));
  const observed = observeImageVolume(
    {
      name: extension.name,
      mountPath,
      controlPath: absolute(extension.extensionControlPath),
      libraryPath: absolute(extension.dynamicLibraryPath),
      ldLibraryPath: absolute(extension.ldLibraryPath),
      binPath: absolute(extension.binPath),
    },
    mounts,
  );
  return { configuration: extension, observed, checked: checkImageVolume(observed, extension.declared) };
}

/** What would be in force if the manager set nothing, strongest first as in PostgreSQL. */
function observeUsersOwn(
  configuration: InstanceConfiguration,
  options: InstanceOptions,
): { readonly value: (name: MergedParameter) => string | undefined; readonly findings: readonly Finding[] } {
  const files = readUserSettings({
    configFile: userConfigFile(options),
    dataDirectory: options.dataDirectory,
    names: mergedParameters,
  });
  return {
    value: (name) =>
      options.serverOptions.get(name) ??
      files.alterSystem.get(name)?.value ??
      configuration.parameters[name] ??
      files.settings.get(name)?.value,
    findings: files.problems.map((message) => ({
      severity: 'warning',
      reason: 'ConfigurationWarning',
      subject: 'configuration',
      message,
    })),
  };
}

function observePreload(
  configuration: InstanceConfiguration,
  usersOwn: string | undefined,
  paths: ExtensionPaths,
  folders: ServerFolders,
): PreloadLibraries | undefined {
  if (usersOwn === undefined && configuration.sharedPreloadLibraries.length === 0) return undefined;
  const list = splitLibraryList(usersOwn ?? '');
  const names = mergeLibraryLists(configuration.sharedPreloadLibraries, list.kind === 'list' ? list.names : []);
  const lookups = observePreloadLibraries(names, paths.dynamicLibraryPath, folders.libraryDirectory);
  const checked = checkPreloadLibraries(names, lookups);
  return list.kind === 'list' ? checked : { ...checked, findings: [...checked.findings, malformedList] };
}

const malformedList: Finding = {
  severity: 'warning',
  reason: 'ConfigurationWarning',
  subject: 'parameter/shared_preload_libraries',
  message:
    'The value of shared_preload_libraries that was set besides the configuration is not a list that PostgreSQL can read; it is left out. Write names with commas between them.',
};

function shadowing(images: readonly ImageOnDisk[], folders: ServerFolders): readonly Finding[] {
  if (images.length === 0) return [];
  return checkShadowing(
    {
      ...(folders.systemShareDirectory === undefined
        ? {}
        : { controlFolder: observeControlFolder(folders.systemShareDirectory) }),
      ...(folders.libraryDirectory === undefined
        ? {}
        : { libraryFolder: observeLibraryFolder(folders.libraryDirectory) }),
    },
    images,
  );
}
