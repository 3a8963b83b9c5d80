import type { Inspection } from '../inspection/inspected-image.ts';
import { lookAtImages } from '../inspection/look-at-images.ts';
import type { Finding } from '../lib/finding.ts';
import { chooseSubjects, type Subject, type SubjectFlags } from './choose-subjects.ts';
import { renderCheck } from './render-check.ts';
import { renderSuggestion } from './render-suggestion.ts';
import { suggestedFolders } from './suggested-entry.ts';

export interface CheckFlags extends SubjectFlags {
  readonly binDir?: string;
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
  const { shown, all } = chooseSubjects(names, flags, surroundings.absolute, 'check');
  const binDirectory = flags.binDir === undefined ? surroundings.binDirectory() : surroundings.absolute(flags.binDir);
  const inherited = (surroundings.ldLibraryPath ?? '').split(':').filter((folder) => folder !== '');
  const asked = new Set(shown.map(({ extension }) => `extension/${extension.name}`));
  const look = (subjects: readonly Subject[], inForce: readonly Subject[]): CheckResult => {
    const { inspection, findings } = lookAtImages(
      inForce.map(({ extension, mountPath }) => ({ ...extension, mountPath })),
      binDirectory,
      inherited,
    );
    return { inspection, subjects, findings: findings.filter(({ subject }) => asked.has(subject)) };
  };
  const result = look(shown, all);
  if (!flags.suggest) {
    surroundings.write(renderCheck(result, flags.output, surroundings.hasColours));
    return exitCodeOf(result);
  }
  const mended = new Map(shown.map((subject) => [subject, suggested(subject, result)]));
  const again = look(
    [...mended.values()],
    all.map((subject) => mended.get(subject) ?? subject),
  );
  surroundings.write(renderSuggestion(again));
  return exitCodeOf(again);
}

function suggested(subject: Subject, { inspection }: CheckResult): Subject {
  const image = inspection.images.find(({ observed }) => observed.mountPath === subject.mountPath);
  if (image === undefined) return subject;
  return { ...subject, extension: { ...subject.extension, ...suggestedFolders(image, inspection) } };
}

function exitCodeOf({ findings }: CheckResult): number {
  return findings.some(({ severity }) => severity === 'error') ? wrongExit : 0;
}
