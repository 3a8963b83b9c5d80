import { readFileSync } from 'node:fs';
import type { ExtensionConfiguration, InstanceConfiguration } from '../configuration/instance-configuration.ts';
import { type CheckedImageVolume, checkImageVolume } from '../image-volume/check-image-volume.ts';
import { checkShadowing, type ServerFiles } from '../image-volume/check-shadowing.ts';
import { extensionFolders } from '../image-volume/extension-folders.ts';
import { type Mount, parseMountInfo } from '../image-volume/mountinfo.ts';
import { observeControlFolder, observeLibraryFolder } from '../image-volume/observe-folder.ts';
import { type ObservedImageVolume, observeImageVolume } from '../image-volume/observe-image-volume.ts';
import type { Finding } from '../lib/finding.ts';
import { type AppliedImages, nothingApplied } from '../removal/applied-images.ts';
import type { AppliedRecord } from '../removal/applied-record.ts';
import { heldPreload } from '../removal/held-preload.ts';
import { imagesThatLeft, type LeavingImage, leavingImage } from '../removal/leaving-images.ts';
import { type ConfiguredImage, nextAppliedImages } from '../removal/next-applied-images.ts';
import { placeHeld } from '../removal/place-held.ts';
import { type ExtensionPaths, extensionPaths } from '../settings/extension-paths.ts';
import { observePreloadLibraries } from '../settings/observe-preload-libraries.ts';
import { isOpenToAll, observeWritableElements } from '../settings/observe-writable.ts';
import { pathWritable, runFolderWritable } from '../settings/path-writable.ts';
import { checkPreloadLibraries, type PreloadLibraries } from '../settings/preload-libraries.ts';
import { readUserSettings } from '../settings/read-user-settings.ts';
import { observeServerFolders, type ServerFolders } from '../settings/server-folders.ts';
import { checkDisks } from './check-disks.ts';
import { namedLibraries } from './named-libraries.ts';
import { observeDisks } from './observe-disks.ts';
import { type InstanceOptions, userConfigFile } from './options.ts';
import { type ServerOffer, serverOffer } from './server-offer.ts';

/** One extension of the configuration, or one that left it and is held, and what is there of it. */
export interface ImageOnDisk {
  readonly role: 'configured' | 'held';
  readonly configuration: ExtensionConfiguration;
  readonly observed: ObservedImageVolume;
  readonly checked: CheckedImageVolume;
}

/** What the disk says, for one configuration. */
export interface World {
  readonly configuration: InstanceConfiguration;
  /** In the order in which they go into paths and environment. */
  readonly images: readonly ImageOnDisk[];
  /** Undefined: there are no extensions and nobody set them, so they are left to the server. */
  readonly paths: ExtensionPaths | undefined;
  readonly preload: PreloadLibraries | undefined;
  /** What users name in shared_preload_libraries: without what is only held. */
  readonly preloadNamed: readonly string[];
  /** Images that left the configuration and were not let go yet, those included whose folder is gone. */
  readonly leaving: readonly LeavingImage[];
  /** What is to be remembered as applied. */
  readonly applied: AppliedImages;
  readonly server: ServerOffer;
  readonly findings: readonly Finding[];
}

/** What was in force before, and which of the images that left may go now. */
export interface Past extends AppliedRecord {
  readonly released: ReadonlySet<string>;
}

const noPast: Past = { applied: nothingApplied, findings: [], released: new Set() };

/** Parameters in which what the images need and what the user set himself are one value. */
export const mergedParameters = ['extension_control_path', 'dynamic_library_path', 'shared_preload_libraries'] as const;
type MergedParameter = (typeof mergedParameters)[number];

/** Image volumes are local file systems and their folders small, so this is done in one go, without waiting. */
export function observeWorld(
  configuration: InstanceConfiguration,
  options: InstanceOptions,
  past: Past = noPast,
): World {
  const { images, leaving } = observeImages(configuration, options, past);
  const server = observeServer(observeServerFolders(options.binDirectory), images.length + leaving.length > 0);
  const users = observeUsersOwn(configuration, options);
  const own = {
    extensionControlPath: users.value('extension_control_path'),
    dynamicLibraryPath: users.value('dynamic_library_path'),
  };
  const paths = extensionPaths(
    images.map((image) => image.checked.usable),
    own,
  );
  const hasPaths = images.length > 0 || own.extensionControlPath !== undefined || own.dynamicLibraryPath !== undefined;
  const named = namedLibraries(configuration.sharedPreloadLibraries, users.value('shared_preload_libraries'));
  const held = heldPreload({ named: named.names, applied: past.applied.preload, leaving });
  const preload =
    named.isSet || held.wanted.length > 0
      ? observePreload(
          held.wanted,
          named.findings,
          [paths.dynamicLibraryPath, users.alteredLibraryPath],
          server.offer.libraryDirectory,
        )
      : undefined;
  return {
    configuration,
    images,
    paths: hasPaths ? paths : undefined,
    preload,
    preloadNamed: named.names,
    leaving,
    applied: nextAppliedImages({
      before: past.applied,
      configured: images.filter(({ role }) => role === 'configured').map(asConfigured),
      leaving,
      preload: { remembered: held.remembered, inForce: preload?.libraries ?? [] },
    }),
    server: server.offer,
    findings: [
      ...checkDisks(observeDisks(options)),
      ...past.findings,
      ...users.findings,
      ...(isOpenToAll(options.runDirectory) ? [runFolderWritable(options.runDirectory)] : []),
      ...writableOwn('extension_control_path', own.extensionControlPath),
      ...writableOwn('dynamic_library_path', own.dynamicLibraryPath),
      ...checkShadowing(server.files, images),
    ],
  };
}

/** The images that are in force, held ones at the place that they had, and all that left and were not let go yet. */
function observeImages(
  configuration: InstanceConfiguration,
  options: InstanceOptions,
  { applied, released }: Past,
): { readonly images: readonly ImageOnDisk[]; readonly leaving: readonly LeavingImage[] } {
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  const configured = configuration.extensions.map((extension) =>
    observeImage(extension, 'configured', mounts, options),
  );
  const left = imagesThatLeft(applied, configuration, released).map((image) => {
    const onDisk = observeImage(image.configuration, 'held', mounts, options);
    return { onDisk, leaving: leavingImage(image, onDisk.observed) };
  });
  const images = placeHeld(
    configured,
    left.flatMap(({ onDisk, leaving }) => (leaving.state === 'held' ? [onDisk] : [])),
    applied.images.map((image) => image.configuration.name),
  );
  return { images, leaving: left.map(({ leaving }) => leaving) };
}

function observeImage(
  extension: ExtensionConfiguration,
  role: ImageOnDisk['role'],
  mounts: readonly Mount[],
  options: InstanceOptions,
): ImageOnDisk {
  const mountPath = `${options.extensionsDirectory}/${extension.name}`;
  const observed = observeImageVolume(extensionFolders(extension, mountPath), mounts);
  return { role, configuration: extension, observed, checked: checkImageVolume(observed, extension.declared) };
}

function writableOwn(parameter: MergedParameter, value: string | undefined): readonly Finding[] {
  const folders = observeWritableElements(value);
  return folders.map((folder) => ({ ...pathWritable(folder), subject: `parameter/${parameter}` }));
}

interface UsersOwn {
  readonly value: (name: MergedParameter) => string | undefined;
  /** The dynamic_library_path of ALTER SYSTEM: no file beats it. */
  readonly alteredLibraryPath: string | undefined;
  readonly findings: readonly Finding[];
}

/** What would be in force if the manager set nothing, strongest first as in PostgreSQL. */
function observeUsersOwn(configuration: InstanceConfiguration, options: InstanceOptions): UsersOwn {
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
    alteredLibraryPath: files.alterSystem.get('dynamic_library_path')?.value,
    findings: files.problems.map((message) => ({
      severity: 'warning',
      reason: 'ConfigurationWarning',
      subject: 'configuration',
      message,
    })),
  };
}

function observePreload(
  names: readonly string[],
  findings: readonly Finding[],
  [ours, altered]: readonly [ours: string, altered: string | undefined],
  libraryDirectory: string | undefined,
): PreloadLibraries {
  const lookUp = (path: string): ReturnType<typeof observePreloadLibraries> =>
    observePreloadLibraries(names, path, libraryDirectory);
  const checked = checkPreloadLibraries(names, lookUp(ours), altered === undefined ? undefined : lookUp(altered));
  return { ...checked, findings: [...checked.findings, ...findings] };
}

/** Most of a start is such reading, so it is done only if there are images to compare it with. */
function observeServer(
  { systemShareDirectory, libraryDirectory }: ServerFolders,
  isCompared: boolean,
): { readonly files: ServerFiles; readonly offer: ServerOffer } {
  const share = isCompared ? systemShareDirectory : undefined;
  const library = isCompared ? libraryDirectory : undefined;
  const files: ServerFiles = {
    ...(share === undefined ? {} : { controlFolder: observeControlFolder(share) }),
    ...(library === undefined ? {} : { libraryFolder: observeLibraryFolder(library) }),
  };
  return { files, offer: serverOffer(files, libraryDirectory) };
}

function asConfigured({ configuration, observed, checked }: ImageOnDisk): ConfiguredImage {
  return {
    configuration,
    volume: observed.volume.state,
    provides: checked.provides.map(({ name }) => name),
    libraries: checked.libraries,
  };
}
