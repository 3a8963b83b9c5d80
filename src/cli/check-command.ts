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
import type { Inspection } from '../inspection/inspected-image.ts';
import { lookAtImages } from '../inspection/look-at-images.ts';
import { ExitError } from '../lib/errors.ts';
import type { Finding } from '../lib/finding.ts';
import { renderCheck } from './render-check.ts';
import { renderSuggestion } from './render-suggestion.ts';

export interface CheckFlags {
  readonly config: string;
  readonly extensionsDir: string;
  readonly binDir?: string;
  readonly extensionControlPath: readonly string[];
  readonly dynamicLibraryPath: readonly string[];
  readonly ldLibraryPath: readonly string[];
  readonly output: 'text' | 'json';
  readonly suggest: boolean;
}

export interface CheckSurroundings {
  readonly hasColours: boolean;
  readonly write: (text: string) => void;
  readonly absolute: (path: string) => string;
  /** Undefined: there is no PostgreSQL here. */
  readonly binDirectory: () => string | undefined;
  /** The value of LD_LIBRARY_PATH that the postmaster would be given before the images add to it. */
  readonly ldLibraryPath: string | undefined;
}

/** Something is wrong with an image. */
const wrongExit = 1;
/** What was asked for cannot be looked at. */
const unreadableExit = 2;

/** An image that was asked for, or is in force beside those. */
interface Subject {
  readonly extension: ExtensionConfiguration;
  readonly mountPath: string;
}

/** What one call has found about the images that were asked for. */
export interface CheckResult {
  readonly inspection: Inspection;
  readonly subjects: readonly Subject[];
  readonly findings: readonly Finding[];
}

/** `check`: tells what would not work of the images, and returns how the command ends. */
export async function checkImages(
  names: readonly string[],
  flags: CheckFlags,
  surroundings: CheckSurroundings,
): Promise<number> {
  const { shown, all } = chooseSubjects(names, flags, surroundings);
  const binDirectory = flags.binDir === undefined ? surroundings.binDirectory() : surroundings.absolute(flags.binDir);
  const inherited = (surroundings.ldLibraryPath ?? '').split(':').filter((folder) => folder !== '');
  const { inspection, findings } = await lookAtImages(
    all.map(({ extension, mountPath }) => ({ ...extension, mountPath })),
    binDirectory,
    inherited,
  );
  const asked = new Set(shown.map(({ extension }) => `extension/${extension.name}`));
  const result: CheckResult = {
    inspection,
    subjects: shown,
    findings: findings.filter(({ subject }) => asked.has(subject)),
  };
  if (flags.suggest) surroundings.write(renderSuggestion(result));
  else surroundings.write(renderCheck(result, flags.output, surroundings.hasColours));
  return result.findings.some(({ severity }) => severity === 'error') ? wrongExit : 0;
}

/** Names are entries of the configuration, what has a slash in it is a folder; nothing stands for all entries. */
function chooseSubjects(
  names: readonly string[],
  flags: CheckFlags,
  { absolute }: CheckSurroundings,
): { readonly shown: readonly Subject[]; readonly all: readonly Subject[] } {
  const path = absolute(flags.config);
  const configuration = readConfiguration(path);
  const configured = (configuration ?? emptyConfiguration).extensions.map((extension) => ({
    extension,
    mountPath: `${absolute(flags.extensionsDir)}/${extension.name}`,
  }));
  if (names.length === 0) {
    if (configured.length > 0) return { shown: configured, all: configured };
    const what = configuration === undefined ? 'there is no configuration' : 'no extension is configured';
    throw new ExitError(
      unreadableExit,
      `error: nothing to check: ${what} at ${path}; name folders of images, or give another with --config.`,
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
  // In the order of the configuration, whatever was asked for: of two libraries of a name the first is everybody's.
  return { shown, all: [...configured, ...shown.filter((subject) => !configured.includes(subject))] };
}

function folderSubject(mountPath: string, configured: readonly Subject[], flags: CheckFlags): Subject {
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
