import type { ExtensionConfiguration, InstanceConfiguration } from '../../src/configuration/instance-configuration.ts';
import { emptyConfiguration } from '../../src/configuration/instance-configuration.ts';
import type { Finding } from '../../src/lib/finding.ts';
import type { ImageOnDisk, World } from '../../src/reconcile/observe-world.ts';
import { nothingApplied } from '../../src/removal/applied-images.ts';

/** An extension as the configuration has it: the defaults, and what the test is about. */
function anExtension(changes: Partial<ExtensionConfiguration> = {}): ExtensionConfiguration {
  return {
    name: 'geo',
    image: {},
    extensionControlPath: ['share'],
    dynamicLibraryPath: ['lib'],
    ldLibraryPath: [],
    binPath: [],
    env: [],
    declared: { extensionControlPath: false, dynamicLibraryPath: false },
    ...changes,
  };
}

/** The same extension with its image mounted below /extensions, all its folders there and usable. */
export function anImage(changes: Partial<ExtensionConfiguration> = {}, findings: readonly Finding[] = []): ImageOnDisk {
  const configuration = anExtension(changes);
  const mountPath = `/extensions/${configuration.name}`;
  const absolute = (paths: readonly string[]): readonly string[] => paths.map((path) => `${mountPath}/${path}`);
  const controlPath = absolute(configuration.extensionControlPath);
  const libraryPath = absolute(configuration.dynamicLibraryPath);
  const ldLibraryPath = absolute(configuration.ldLibraryPath);
  const binPath = absolute(configuration.binPath);
  return {
    role: 'configured',
    configuration,
    observed: {
      name: configuration.name,
      mountPath,
      volume: { state: 'folder' },
      controlFolders: controlPath.map((path) => ({ path, state: 'present', controlFiles: [] })),
      libraryFolders: libraryPath.map((path) => ({ path, state: 'present', libraries: [], dangling: [] })),
      ldLibraryFolders: ldLibraryPath.map((path) => ({ path, state: 'present' })),
      binFolders: binPath.map((path) => ({ path, state: 'present' })),
      unlistedSystemFolder: undefined,
      writableFolders: [],
    },
    checked: {
      usable: { name: configuration.name, mountPath, controlPath, libraryPath, ldLibraryPath, binPath },
      provides: [],
      libraries: [],
      findings,
    },
  };
}

/** A disk without extensions, on which nobody has set anything. */
export function aWorld(changes: Partial<World> = {}, configuration: Partial<InstanceConfiguration> = {}): World {
  return {
    configuration: { ...emptyConfiguration, ...configuration },
    images: [],
    paths: undefined,
    preload: undefined,
    preloadNamed: [],
    leaving: [],
    applied: nothingApplied,
    server: { provides: [], libraries: [], libraryDirectory: undefined },
    findings: [],
    ...changes,
  };
}
