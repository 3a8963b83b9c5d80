import { nothingLookedAt } from '../../src/databases/database-report.ts';
import { neverStarted, type PostmasterState } from '../../src/postmaster/postmaster-state.ts';
import { type DesiredState, desiredState } from '../../src/reconcile/desired-state.ts';
import type { World } from '../../src/reconcile/observe-world.ts';
import type { InstanceOptions } from '../../src/reconcile/options.ts';
import type { ObservedInstance } from '../../src/reconcile/plan.ts';
import type { PassReport } from '../../src/reconcile/reconciler.ts';
import { renderAppliedImages } from '../../src/removal/applied-images-text.ts';
import type { ServerAnswer, SessionFacts } from '../../src/server/server-answer.ts';
import { nothingLost, type Observation, type Snapshot } from '../../src/status/snapshot.ts';
import { aWorld } from './an-extension.ts';

/** The time of the tests, in milliseconds since the epoch. */
export const noonMs = Date.UTC(2026, 0, 31, 12);

export const options: InstanceOptions = {
  configuration: { path: '/etc/pg-instance-manager', mayBeAbsent: true },
  dataDirectory: '/data',
  extensionsDirectory: '/extensions',
  binDirectory: '/usr/lib/postgresql/18/bin',
  runDirectory: '/run/postgresql',
  serverOptions: new Map(),
  environment: { PATH: '/usr/bin', TZ: 'UTC' },
  oomScore: 0,
};

export function aDesiredState(world: World = aWorld()): DesiredState {
  return desiredState(world, options);
}

/** One in each state; all of the pid 42. */
export const exampleStates: { readonly [K in PostmasterState['kind']]: Extract<PostmasterState, { kind: K }> } = {
  stopped: { kind: 'stopped' },
  spawning: { kind: 'spawning' },
  starting: { kind: 'starting', pid: 42, sinceMs: noonMs - 1_000 },
  recovering: { kind: 'recovering', pid: 42, sinceMs: noonMs - 1_000 },
  accepting: { kind: 'accepting', pid: 42, sinceMs: noonMs - 1_000 },
  stopping: { kind: 'stopping', pid: 42, sinceMs: noonMs - 1_000, mode: 'fast', purpose: 'exit' },
  backoff: { kind: 'backoff', untilMs: noonMs + 500 },
  'held-up': { kind: 'held-up', untilMs: noonMs + 100 },
  ended: { kind: 'ended', exitCode: 1 },
};

const session: SessionFacts = {
  inRecovery: false,
  settingsSha256: undefined,
  configurationLoadedAt: '2026-01-31 11:00:00+00',
  serverVersion: '18.4',
};

export function anAcceptingAnswer(changes: Partial<SessionFacts> = {}): ServerAnswer {
  return { kind: 'accepting', session: { ...session, ...changes } };
}

export function anObservation(changes: Partial<Observation> = {}): Observation {
  return {
    atMs: noonMs - 200,
    process: 'running',
    processSinceMs: noonMs - 60_000,
    losses: nothingLost,
    answer: anAcceptingAnswer(),
    ...changes,
  };
}

/** A pass after which nothing was left to do. */
export function aPass(changes: Partial<PassReport> = {}, observed: Partial<ObservedInstance> = {}): PassReport {
  const world = changes.world ?? aWorld();
  const desired = changes.desired ?? aDesiredState(world);
  return {
    inForce: { configuration: world.configuration, files: [], sha256: 'f00d', problems: [], warnings: [] },
    world,
    desired,
    observed: {
      postmaster: 'accepting',
      installedText: desired.settings.text,
      appliedText: renderAppliedImages(world.applied),
      rememberedText: undefined,
      refusedSha256: undefined,
      loadedSha256: desired.settings.sha256,
      announcedSha256: desired.settings.sha256,
      restart: { isRequired: false, key: '[]', madeFor: undefined },
      ...observed,
    },
    outcomes: [],
    ...changes,
  };
}

/** PostgreSQL runs and accepts connections, and was seen to do so 0.2 s ago. */
export function aSnapshot(changes: Partial<Snapshot> = {}, state: PostmasterState = exampleStates.accepting): Snapshot {
  return {
    manager: { version: '1.2.3', pid: 1, startedAtMs: noonMs - 60_000 },
    isInitializing: false,
    postmaster: { ...neverStarted, starts: 1, state },
    observation: anObservation(),
    hasAnswered: true,
    pass: undefined,
    passFailure: undefined,
    watchFailure: undefined,
    restartReasons: [],
    effective: [],
    serverFindings: [],
    safeMode: [],
    accessFindings: [],
    startFindings: [],
    imageFindings: [],
    databases: nothingLookedAt,
    lastWords: [],
    counters: { reloads: { applied: 0, failed: 0 }, restarts: { done: 0, failed: 0 }, crashRestarts: 0 },
    ...changes,
  };
}
