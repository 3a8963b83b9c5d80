import { basename } from 'node:path';
import { readConfigurationFiles } from '../configuration/configuration-source.ts';
import { cleanImagePath, refuseImagePath } from '../configuration/image-path.ts';
import {
  type ExtensionConfiguration,
  emptyConfiguration,
  type InstanceConfiguration,
} from '../configuration/instance-configuration.ts';
import {
  type ConfigurationProblem,
  describeProblem,
  parseConfiguration,
} from '../configuration/parse-configuration.ts';
import { ExitError } from '../lib/errors.ts';

/** The flags by which images are named. */
export interface SubjectFlags {
  readonly config: string;
  readonly extensionsDir: string;
  readonly extensionControlPath: readonly string[];
  readonly dynamicLibraryPath: readonly string[];
  readonly ldLibraryPath: readonly string[];
}

/** What was asked for cannot be looked at. */
export const unreadableExit = 2;

/** An image that was asked for, or is in force beside those. */
export interface Subject {
  readonly extension: ExtensionConfiguration;
  readonly mountPath: string;
  /** `false`: a folder that the configuration knows nothing of. */
  readonly isConfigured: boolean;
}

interface ChosenSubjects {
  /** Those that were asked for. */
  readonly shown: readonly Subject[];
  /** These, and what is in force beside them. */
  readonly all: readonly Subject[];
  readonly configuration: InstanceConfiguration;
}

/** Names are entries of the configuration, what has a slash in it is a folder; nothing stands for all entries. */
export function chooseSubjects(
  names: readonly string[],
  flags: SubjectFlags,
  absolute: (path: string) => string,
  verb: 'check' | 'verify',
): ChosenSubjects {
  const path = absolute(flags.config);
  const configuration = readConfiguration(path);
  const inForce = configuration ?? emptyConfiguration;
  const configured = inForce.extensions.map((extension) => ({
    extension,
    mountPath: `${absolute(flags.extensionsDir)}/${extension.name}`,
    isConfigured: true,
  }));
  if (names.length === 0) {
    if (configured.length > 0) return { shown: configured, all: configured, configuration: inForce };
    const what = configuration === undefined ? 'there is no configuration' : 'no extension is configured';
    throw new ExitError(
      unreadableExit,
      `error: nothing to ${verb}: ${what} at ${path}; name folders of images, or give another with --config.`,
    );
  }
  const shown = names.map((name): Subject => {
    if (name.includes('/') || name === '.' || name === '..') return folderSubject(absolute(name), configured, flags);
    const subject = configured.find(({ extension }) => extension.name === name);
    if (subject !== undefined) return subject;
    const has = configured.map(({ extension }) => extension.name).join(', ') || 'none';
    throw new ExitError(
      unreadableExit,
      `error: "${name}" is no extension of the configuration at ${path}, which has: ${has}. A folder is given with a slash, as ./${name}.`,
    );
  });
  refuseTwins(shown);
  return {
    shown,
    // In the order of the configuration, whatever was asked for: of two libraries of a name the first is everybody's.
    all: [...configured, ...shown.filter((subject) => !configured.includes(subject))],
    configuration: inForce,
  };
}

/** What is found is told by the name. */
function refuseTwins(subjects: readonly Subject[]): void {
  for (const { extension, mountPath } of subjects) {
    const twin = subjects.find((one) => one.extension.name === extension.name && one.mountPath !== mountPath);
    if (twin === undefined) continue;
    throw new ExitError(
      unreadableExit,
      `error: the folders ${mountPath} and ${twin.mountPath} are both called ${extension.name}: look at them one by one, or rename one.`,
    );
  }
}

/** A folder that is to become an image, or the entry of the configuration that is mounted there. */
export function folderSubject(
  mountPath: string,
  configured: readonly Subject[],
  flags: Pick<SubjectFlags, 'extensionControlPath' | 'dynamicLibraryPath' | 'ldLibraryPath'>,
): Subject {
  const known = configured.find((one) => one.mountPath === mountPath);
  if (known !== undefined) return known;
  const clean = (paths: readonly string[]): readonly string[] =>
    paths.map((path) => {
      const refusal = refuseImagePath(path);
      if (refusal !== undefined) throw new ExitError(unreadableExit, `error: "${path}": ${refusal.message}.`);
      return cleanImagePath(path);
    });
  const [control, library] = [clean(flags.extensionControlPath), clean(flags.dynamicLibraryPath)];
  return {
    mountPath,
    isConfigured: false,
    extension: {
      name: basename(mountPath),
      image: {},
      extensionControlPath: control.length > 0 ? control : ['share'],
      dynamicLibraryPath: library.length > 0 ? library : ['lib'],
      ldLibraryPath: clean(flags.ldLibraryPath),
      binPath: [],
      env: [],
      declared: { extensionControlPath: control.length > 0, dynamicLibraryPath: library.length > 0 },
    },
  };
}

function readConfiguration(path: string): InstanceConfiguration | undefined {
  const read = readConfigurationFiles(path);
  if (read.kind === 'absent') return undefined;
  if (read.kind === 'unreadable') throw refusal(read.problems);
  const parsed = parseConfiguration(read.files);
  if (parsed.kind === 'invalid') throw refusal(parsed.problems);
  return parsed.configuration;
}

function refusal(problems: readonly ConfigurationProblem[]): ExitError {
  return new ExitError(unreadableExit, problems.map(describeProblem).join('\n'));
}
