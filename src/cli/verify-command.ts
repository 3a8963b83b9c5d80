import { constants } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type LookedAt, lookAtImages } from '../inspection/look-at-images.ts';
import { systemClock } from '../lib/clock.ts';
import { ExitError } from '../lib/errors.ts';
import { mergeLibraryLists } from '../settings/preload-libraries.ts';
import { markKnown, unusedPatterns } from '../verification/known-failures.ts';
import { makeCluster } from '../verification/private-server.ts';
import type { Step } from '../verification/verification-step.ts';
import { verifyImages } from '../verification/verify-images.ts';
import { chooseSubjects, folderSubject, type Subject, type SubjectFlags, unreadableExit } from './choose-subjects.ts';
import { openTrial } from './open-trial.ts';
import {
  countResults,
  renderSetting,
  renderStep,
  renderSummary,
  renderVerificationJson,
  renderVerificationJunit,
  type VerificationSetting,
} from './render-verification.ts';
import { type SuggestedSubject, suggestSubject, testFiles, verifiedImage } from './verified-images.ts';
import {
  type Prepared,
  prepareVerification,
  refuseUnreadable,
  type VerifySurroundings,
} from './verify-surroundings.ts';

export interface VerifyFlags extends SubjectFlags {
  readonly binDir?: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly preload: readonly string[];
  readonly c: ReadonlyMap<string, string>;
  readonly with: readonly string[];
  /** Titles of steps, with stars. */
  readonly knownFailure: readonly string[];
  readonly tests?: string;
  readonly user?: string;
  readonly timeout: number;
  readonly output: 'text' | 'json' | 'junit';
}

const failedExit = 1;

/** `verify`: tries the images out, and returns how the command ends. */
export async function verifyByTrial(
  names: readonly string[],
  flags: VerifyFlags,
  surroundings: VerifySurroundings,
): Promise<number> {
  const chosen = chooseSubjects(names, flags, surroundings.absolute, 'verify');
  const beside = flags.with.map((path) => folderSubject(surroundings.absolute(path), chosen.all, noPaths));
  if (flags.tests !== undefined && chosen.shown.length > 1) {
    throw new ExitError(
      unreadableExit,
      'error: --tests is for one image: name it, or put the files into test in each.',
    );
  }
  const interruption = listen(surroundings);
  const prepared = await prepareVerification(flags, surroundings);
  try {
    const givenFolders = [...chosen.shown, ...beside].filter(({ isConfigured }) => !isConfigured);
    refuseUnreadable(givenFolders, prepared);
    const subjects = { shown: chosen.shown, all: eachOnce([...chosen.all, ...beside]) };
    return await verify(subjects, chosen.configuration, flags, surroundings, prepared, interruption.signal);
  } catch (error) {
    const signal = interruption.received();
    if (signal === undefined) throw error;
    return 128 + constants.signals[signal];
  } finally {
    prepared.work.remove();
  }
}

function eachOnce(subjects: readonly Subject[]): readonly Subject[] {
  return subjects.filter((one, index) => subjects.findIndex(({ mountPath }) => mountPath === one.mountPath) === index);
}

const noPaths = { extensionControlPath: [], dynamicLibraryPath: [], ldLibraryPath: [] };

function listen({ stopRequests }: VerifySurroundings): {
  readonly signal: AbortSignal;
  readonly received: () => NodeJS.Signals | undefined;
} {
  const controller = new AbortController();
  const held: { signal: NodeJS.Signals | undefined } = { signal: undefined };
  stopRequests().subscribe((signal) => {
    held.signal ??= signal;
    controller.abort();
  });
  return { signal: controller.signal, received: () => held.signal };
}

interface Subjects {
  readonly shown: readonly Subject[];
  readonly all: readonly Subject[];
}

async function verify(
  { shown, all }: Subjects,
  configuration: ReturnType<typeof chooseSubjects>['configuration'],
  flags: VerifyFlags,
  surroundings: VerifySurroundings,
  prepared: Prepared,
  stop: AbortSignal,
): Promise<number> {
  const start = systemClock.now();
  const { environment, server, work } = prepared;
  // It takes longest, and needs nothing of the images.
  const cluster = makeCluster({ binDirectory: server.binDirectory, work, environment, stop });
  const { suggested, looked } = await look(all, flags, prepared).finally(() => cluster.catch(() => undefined));
  const lookedMs = Math.round((systemClock.now() - start) / Math.max(1, all.length));
  const subjects = suggested.map(({ subject }) => subject);
  const asked = subjects.filter(({ mountPath }) => shown.some((one) => one.mountPath === mountPath));
  const preload = mergeLibraryLists(
    configuration.sharedPreloadLibraries,
    suggested.flatMap((one) => one.preload),
    flags.preload,
  );
  const configured = Object.assign({}, ...suggested.map(({ parameters }) => parameters), configuration.parameters);
  const setting: VerificationSetting = {
    server: prepared.server,
    subjects: asked,
    preload,
    parameters: { ...configured, ...Object.fromEntries(flags.c) },
  };
  const images = asked.flatMap((subject) => {
    const folder = flags.tests === undefined ? join(subject.mountPath, 'test') : surroundings.absolute(flags.tests);
    const tests = testFiles(folder);
    if (tests === undefined && flags.tests !== undefined)
      throw new ExitError(unreadableExit, `error: --tests: the folder ${folder} cannot be read.`);
    return verifiedImage(subject, looked.inspection, looked.findings, tests ?? [], lookedMs);
  });
  if (flags.output === 'text') surroundings.write(renderSetting(setting));
  const made = await cluster;
  if (made.kind === 'failed') throw new ExitError(unreadableExit, `error: no server can be made: ${made.message}.`);
  const trial = openTrial({
    prepared,
    images: looked.inspection.images.map(({ checked }) => checked.usable),
    env: new Map(subjects.map(({ mountPath, extension }) => [mountPath, extension.env])),
    preload,
    configured,
    given: flags.c,
    timeoutMs: flags.timeout,
    stop,
  });
  const steps: Step[] = [];
  try {
    for await (const tried of verifyImages(trial, images)) {
      const step = markKnown(tried, flags.knownFailure);
      if (flags.output === 'text') surroundings.write(renderStep(step, steps, surroundings.hasColours));
      steps.push(step);
    }
  } finally {
    await trial.server.close();
  }
  const milliseconds = Math.round(systemClock.now() - start);
  surroundings.write(renderEnd(flags, setting, steps, milliseconds, surroundings.hasColours));
  return countResults(steps).failed > 0 ? failedExit : 0;
}

/** First as they are, then with what is suggested for those that nobody has described. */
async function look(
  subjects: readonly Subject[],
  flags: VerifyFlags,
  prepared: Prepared,
): Promise<{ readonly suggested: readonly SuggestedSubject[]; readonly looked: LookedAt }> {
  const inherited = (prepared.environment['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const lookAt = (ones: readonly Subject[]): LookedAt =>
    lookAtImages(
      ones.map(({ extension, mountPath }) => ({ ...extension, mountPath })),
      prepared.server.binDirectory,
      inherited,
    );
  const first = lookAt(subjects);
  const hasPathFlags = [...flags.extensionControlPath, ...flags.dynamicLibraryPath, ...flags.ldLibraryPath].length > 0;
  const beside = new Set(flags.with.map((path) => prepared.absolute(path)));
  const suggested = subjects.map((subject) => {
    const isBeside = beside.has(subject.mountPath);
    const one = suggestSubject(subject, first.inspection, hasPathFlags && !isBeside);
    if (subject.isConfigured || isBeside || flags.env.length === 0) return one;
    const env = [...one.subject.extension.env, ...flags.env];
    return { ...one, subject: { ...one.subject, extension: { ...one.subject.extension, env } } };
  });
  if (suggested.every(({ subject }, index) => hasSameFolders(subject, subjects[index])))
    return { suggested, looked: first };
  return { suggested, looked: lookAt(suggested.map(({ subject }) => subject)) };
}

function hasSameFolders(one: Subject, other: Subject | undefined): boolean {
  const folders = ({ extension }: Subject): unknown => ({ ...extension, env: [] });
  return other !== undefined && isDeepStrictEqual(folders(one), folders(other));
}

function renderEnd(
  { output, knownFailure }: VerifyFlags,
  setting: VerificationSetting,
  steps: readonly Step[],
  milliseconds: number,
  hasColours: boolean,
): string {
  const unused = unusedPatterns(knownFailure, steps);
  switch (output) {
    case 'text':
      return renderSummary(steps, unused, milliseconds, hasColours);
    case 'json':
      return renderVerificationJson(setting, steps, unused, milliseconds);
    case 'junit':
      return renderVerificationJunit(steps);
  }
}
