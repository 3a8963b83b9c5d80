import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { readLimitedFile } from '../lib/read-limited-file.ts';
import { writeFileAtomically } from '../lib/write-file-atomically.ts';
import { type DesiredState, desiredState } from '../reconcile/desired-state.ts';
import type { World } from '../reconcile/observe-world.ts';
import {
  type InstanceOptions,
  lastGoodFile,
  safeModeFile,
  settingsFile,
  userConfigFile,
} from '../reconcile/options.ts';
import { type FailedStart, findCandidates } from '../safe-mode/find-candidates.ts';
import { type KeptExclusions, parseKeptExclusions, renderKeptExclusions } from '../safe-mode/kept-exclusions.ts';
import { type LastGood, lastGoodOf, maxLastGoodBytes, parseLastGood, renderLastGood } from '../safe-mode/last-good.ts';
import { type LeftOut, leaveOut, stillThere } from '../safe-mode/leave-out.ts';
import type { Exclusion } from '../safe-mode/part.ts';
import { partsOf } from '../safe-mode/parts-of.ts';
import { safeModeFindings } from '../safe-mode/safe-mode-findings.ts';
import { isAboutData } from '../safe-mode/said-of.ts';
import { type HeardFailure, tellWhy } from '../safe-mode/tell-why.ts';
import { readUserSettings, type UserSettings } from '../settings/read-user-settings.ts';
import { observeDefaults } from '../settings/refuse-settings.ts';
import { probeStart } from './probe-start.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';

/** What a start that failed left behind to be read; its last words can be long in coming. */
export type Failure = Omit<HeardFailure, 'words'> & { readonly words: Promise<readonly string[]> };

/** Keeps a configuration with which PostgreSQL does not start from being a crash loop. */
export interface SafeMode {
  /** What is desired, without what is left out. */
  readonly desire: (world: World) => DesiredState;
  /** The options that go with it. */
  readonly options: () => InstanceOptions;
  /** A postmaster that the manager has started lets clients in. */
  readonly accepted: () => Promise<void>;
  /** A postmaster has ended that never had. */
  readonly failed: (failure: Failure) => void;
  /** Until nothing is looked for any more. */
  readonly untilCalm: () => Promise<void>;
  /** Something is looked for: the next start has to wait for what comes of it. */
  readonly isThinking: () => boolean;
  /** The next start is to be one with everything. */
  readonly forget: () => void;
  /** A postmaster that was taken on may run without what its manager had left out. */
  readonly recall: () => void;
}

export interface SafeModePorts {
  readonly options: InstanceOptions;
  /** Nothing is ever left out. */
  readonly isOff: boolean;
  readonly holder: SnapshotHolder;
  readonly logger: Logger;
  /** Has what is desired now put in force. */
  readonly lookAgain: () => Promise<void>;
}

/** The first one can have been chance. */
const failuresBefore = 2;
/** Each is a start of PostgreSQL that only reads its settings and loads its libraries. */
const mostLooks = 30;

interface Held {
  world: World | undefined;
  leftOut: LeftOut | undefined;
  exclusions: readonly Exclusion[];
  why: string;
  failures: number;
  /** Of what has failed so far. */
  key: string;
  candidates: readonly (readonly Exclusion[])[] | undefined;
  calm: Promise<void>;
  isThinking: boolean;
}

export function safeMode(ports: SafeModePorts): SafeMode {
  const { options, logger } = ports;
  const held: Held = {
    ...{ world: undefined, leftOut: undefined, exclusions: [], why: '', failures: 0, key: '' },
    ...{ candidates: undefined, calm: Promise.resolve(), isThinking: false },
  };
  const readUsers = (): UserSettings =>
    readUserSettings({ configFile: userConfigFile(options), dataDirectory: options.dataDirectory, names: 'all' });

  /** Otherwise it has started with what was there before, because it would not take this. */
  function isInstalled(text: string): boolean {
    const file = readLimitedFile(settingsFile(options), maxLastGoodBytes);
    return file.kind === 'read' && file.text === text;
  }

  function readLastGood(): LastGood | undefined {
    const file = readLimitedFile(lastGoodFile(options), maxLastGoodBytes);
    return file.kind === 'read' ? parseLastGood(file.text) : undefined;
  }

  function desire(world: World): DesiredState {
    held.world = world;
    if (held.exclusions.length > 0) {
      const left = stillThere(held.exclusions, partsOf(world, options, readUsers()));
      if (left.length < held.exclusions.length) put(left, held.why);
    }
    held.leftOut = without(world, held.exclusions);
    const desired = desiredOf(held.leftOut);
    // What is wrong with something is wrong also while it is left out.
    return held.exclusions.length === 0 ? desired : { ...desired, findings: desiredState(world, options).findings };
  }

  function without(world: World, exclusions: readonly Exclusion[]): LeftOut {
    if (exclusions.length === 0) return { world, options, userFile: undefined };
    return leaveOut(world, options, exclusions, { users: readUsers(), lastGood: readLastGood() });
  }

  /** For the status, and for a manager that takes over. */
  function put(exclusions: readonly Exclusion[], why: string): void {
    held.exclusions = exclusions;
    held.why = why;
    ports.holder.update({ safeMode: safeModeFindings(exclusions, why) });
    void keep({ exclusions, why });
  }

  async function keep(kept: KeptExclusions): Promise<void> {
    try {
      await writeFileAtomically(safeModeFile(options), renderKeptExclusions(kept));
    } catch (error) {
      logger.warn({ reason: describeError(error) }, 'what PostgreSQL runs without could not be written down');
    }
  }

  function refusal(world: World, exclusions: readonly Exclusion[]): Promise<string | undefined> {
    return probeStart(desiredOf(without(world, exclusions)), options);
  }

  async function lookForCulprit(world: World, failure: Failure): Promise<void> {
    const heard: HeardFailure = { ...failure, words: await failure.words };
    // On a disk that is read-only, say, nothing could be tried either.
    if (heard.words.some(isAboutData)) return;
    const isFirst = held.candidates === undefined;
    const start = await failedStart(world, heard, isFirst ? [] : held.exclusions);
    // Later only what the new failure adds to what is left out: what there is without anything is known.
    const found = isFirst || start.already.length > 0 ? findCandidates(start) : [];
    if (found === undefined) return;
    if (isFirst) held.why = tellWhy(heard);
    else if (found.length > 0) held.why = `${held.why}; then ${tellWhy(heard)}`;
    const [next, ...others] = await firstThatMayWork(world, start, [...found, ...(held.candidates ?? [])]);
    held.candidates = others;
    if (next !== undefined) put(next, held.why);
    else if (held.exclusions.length > 0) put([], '');
    await ports.lookAgain();
  }

  async function failedStart(world: World, heard: HeardFailure, already: readonly Exclusion[]): Promise<FailedStart> {
    const users = readUsers();
    const { environment } = desiredOf({ world, options, userFile: undefined });
    const postgres = `${options.binDirectory}/postgres`;
    return {
      ...heard,
      already,
      parts: partsOf(world, options, users),
      lost: users.lost,
      lastGood: readLastGood(),
      defaults: new Map([
        ...(await observeDefaults({ postgres, environment: environment.variables })),
        ['unix_socket_directories', options.runDirectory],
      ]),
      refusal: await refusal(world, already),
      isRestoring: existsSync(join(options.dataDirectory, 'recovery.signal')),
    };
  }

  /** That one and those after it. One that is refused for another thing leads to one without both. */
  async function firstThatMayWork(
    world: World,
    start: FailedStart,
    candidates: readonly (readonly Exclusion[])[],
  ): Promise<readonly (readonly Exclusion[])[]> {
    const queue = [...candidates];
    const tried = new Set<string>();
    while (tried.size < mostLooks) {
      const candidate = queue.shift();
      if (candidate === undefined) return [];
      const key = JSON.stringify(candidate.map(({ part }) => JSON.stringify(part)).toSorted());
      if (tried.has(key)) continue;
      tried.add(key);
      const reason = await refusal(world, candidate);
      if (reason === undefined) return [candidate, ...queue];
      const next = { ...start, words: [reason], asides: [], refusal: undefined, already: candidate };
      queue.unshift(...(findCandidates(next) ?? []));
    }
    return [];
  }

  function failed(failure: Failure): void {
    const { world } = held;
    if (ports.isOff || world === undefined) return;
    const key = keyOf(desiredOf({ world, options, userFile: undefined }), readUsers());
    if (key !== held.key) Object.assign(held, { key, failures: 0, candidates: undefined, why: '' });
    held.failures += 1;
    if (held.failures < failuresBefore) return;
    held.isThinking = true;
    held.calm = lookForCulprit(world, failure)
      .catch((error: unknown) =>
        logger.error({ err: error }, 'what keeps PostgreSQL from starting could not be looked for'),
      )
      .finally(() => Object.assign(held, { isThinking: false }));
  }

  return {
    desire,
    options: () => held.leftOut?.options ?? options,
    failed,
    untilCalm: () => held.calm,
    isThinking: () => held.isThinking,
    forget: () => {
      Object.assign(held, { key: '', failures: 0, candidates: undefined, why: '' });
      if (held.exclusions.length > 0) put([], '');
    },
    recall: () => {
      const file = readLimitedFile(safeModeFile(options), maxLastGoodBytes);
      const kept = file.kind === 'read' ? parseKeptExclusions(file.text) : undefined;
      if (kept !== undefined) put(kept.exclusions, kept.why);
    },
    accepted: async () => {
      const { leftOut } = held;
      Object.assign(held, { failures: 0, candidates: undefined });
      // What it runs without did not work, and what it runs with is no more than what worked before.
      if (leftOut === undefined || held.exclusions.length > 0) return;
      const users = readUsers();
      if (users.problems.length > 0 || !isInstalled(desiredOf(leftOut).settings.text)) return;
      try {
        const good = lastGoodOf(partsOf(leftOut.world, leftOut.options, users), users);
        await writeFileAtomically(lastGoodFile(options), renderLastGood(good));
      } catch (error) {
        logger.warn({ reason: describeError(error) }, 'what PostgreSQL has started with could not be written down');
      }
    },
  };
}

function desiredOf({ world, options, userFile }: LeftOut): DesiredState {
  return desiredState(world, options, userFile);
}

function keyOf({ settings, launch, environment }: DesiredState, users: UserSettings): string {
  return JSON.stringify([settings.sha256, launch.args, environment.variables, [...users.settings], users.lost]);
}
