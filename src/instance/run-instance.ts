import { nothingLookedAt } from '../databases/database-report.ts';
import { readyDataDirectory } from '../initialization/ready-data-directory.ts';
import { describeError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { requireExecutable } from '../lib/require-executable.ts';
import { type SingleFlight, singleFlight } from '../lib/single-flight.ts';
import type { StopRequests } from '../lib/stop-requests.ts';
import { isGone } from '../postmaster/observe-absence.ts';
import { neverStarted, runningPid } from '../postmaster/postmaster-state.ts';
import { type InstanceOptions, settingsFile } from '../reconcile/options.ts';
import { pass } from '../reconcile/reconciler.ts';
import type { Snapshot } from '../status/snapshot.ts';
import { controlOperations } from './control-operations.ts';
import { controlSocketPath } from './control-socket.ts';
import { bindFaces, type Faces, lazyFaces } from './faces.ts';
import { followAccess } from './follow-access.ts';
import { followConfiguration } from './follow-configuration.ts';
import { type Instance, openInstance } from './instance.ts';
import { refuseReadOnly } from './refuse-read-only.ts';
import { holdDataDirectory, orphanOrNobody, refuseSecondManager } from './refuse-second.ts';
import type { RunContext } from './run-context.ts';
import type { RunOptions } from './run-options.ts';
import { type SnapshotHolder, snapshotHolder } from './snapshot-holder.ts';
import { untilEnded } from './until-ended.ts';

const withoutInit =
  'started without the init of pg-instance-manager: if the manager is killed, nobody starts it again, and orphans are left to the init that is there';

/** How long the loops get to notice that it is over. */
const goodbyeMs = 1_000;

/**
 * `run`, after root was given up: start in order, and when PostgreSQL is down for good, stop in reverse. What can be
 * refused is refused before anything is written. Resolves with the exit code.
 */
export async function runInstance(
  options: RunOptions,
  instance: InstanceOptions,
  context: RunContext,
): Promise<number> {
  const { clock, logger, stop } = context;
  const controlSocket = controlSocketPath(instance.runDirectory);
  requireExecutable(`${instance.binDirectory}/postgres`);
  // Who has the lock may take on a postmaster that runs; until then it may be another manager's.
  await holdDataDirectory(instance.dataDirectory, context.init, logger);
  const orphan = orphanOrNobody(instance.dataDirectory, settingsFile(instance));
  await refuseSecondManager(controlSocket);
  if (orphan === undefined) refuseReadOnly(instance);
  const bound = await bindFaces(options);
  const holder = snapshotHolder(initialSnapshot(context));
  const opened = openInstance({ options, instance, context, holder });
  const passes = loggedPasses(opened, instance, context);
  const source = { snapshot: holder.current, now: clock.now, wallOffsetMs: context.wallClock.offsetMs };
  const operations = controlOperations(opened, passes, clock.now);
  const access = opened.access.faces;
  const faces = lazyFaces({ ...bound, controlSocket, source, operations, access, logger });
  const initdb = new AbortController();
  // Before a request to stop is heard: it is meant for this one.
  if (orphan !== undefined) {
    logger.info({ pid: orphan }, 'PostgreSQL runs already, its manager has died: this one takes it on');
    opened.safeMode.recall();
    opened.supervisor.adopt(orphan);
  }
  stop.subscribe((signal) => {
    logger.info({ signal }, 'asked to stop');
    initdb.abort();
    opened.supervisor.send({ kind: 'stop' });
  });
  try {
    const ready = await readyDataDirectory({
      instance,
      wanted: options.newCluster,
      readConfiguration: opened.passPorts.readConfiguration,
      programDirectory: context.programDirectory,
      logger,
      hasExtensions: context.hasExtensions,
      isRunning: orphan !== undefined,
      initializing: (isInitializing) => showInitialization(isInitializing, holder, faces),
      stop: initdb.signal,
    });
    if (ready === 'interrupted' || (stop.isRequested() && !isRunning(opened))) return exitCode.ok;
    return await supervise(opened, passes, faces, options, context);
  } finally {
    await Promise.all([faces.close(), opened.close()]);
  }
}

/** The first pass starts PostgreSQL; only then comes what PostgreSQL does not wait for. */
async function supervise(
  opened: Instance,
  passes: SingleFlight,
  faces: Faces,
  options: RunOptions,
  context: RunContext,
): Promise<number> {
  const { clock, logger, stop, init, onHangUp } = context;
  const ended = new AbortController();
  await (isRunning(opened) ? passes.trigger() : firstPass(opened, stop));
  if (init === undefined) logger.info(withoutInit);
  opened.hasStarted(passes.trigger);
  onHangUp(() => {
    opened.databases.hurry();
    void passes.trigger();
    void opened.access.look();
  });
  const loops = Promise.allSettled(following(opened, passes, faces, options, context, ended.signal));
  faces.open();
  const code = await opened.ended;
  ended.abort();
  await Promise.race([Promise.all([loops, passes.idle()]), clock.sleep(goodbyeMs)]);
  return code;
}

/** The loops that look: at the server, the databases, the configuration, the files of certificate and token. */
function following(
  { watch, databases, access, holder }: Instance,
  passes: SingleFlight,
  faces: Faces,
  { configuration, resyncIntervalMs, access: files }: RunOptions,
  { clock, logger }: RunContext,
  ended: AbortSignal,
): readonly Promise<void>[] {
  const timing = { resyncIntervalMs, clock, logger };
  const lookAgain = (): void => {
    void passes.trigger();
    void faces.tend();
  };
  const lookAtAccess = (): void => void access.look();
  const { path } = configuration;
  const watchFailed = (watchFailure: string | undefined): void => holder.update({ watchFailure });
  return [
    () => watch.run(ended),
    () => databases.run(ended),
    () => followConfiguration({ ...timing, path, lookAgain, watchFailed }, ended),
    ...followAccess(files, { ...timing, lookAgain: lookAtAccess }, ended),
  ].map((task) => untilEnded(task, ended, timing));
}

function isRunning({ supervisor }: Instance): boolean {
  return runningPid(supervisor.current().state) !== undefined;
}

/** What cannot even be started with ends the manager; a server that it had started goes first. */
async function firstPass(opened: Instance, stop: StopRequests): Promise<void> {
  try {
    await pass(opened.passPorts, stop.isRequested);
  } catch (error) {
    if (isRunning(opened)) {
      opened.supervisor.send({ kind: 'stop' });
      await opened.ended;
    }
    throw error;
  }
}

function loggedPasses(
  opened: Instance,
  { dataDirectory }: InstanceOptions,
  { logger, stop }: RunContext,
): SingleFlight {
  return singleFlight(async () => {
    // While the data folder is being made there is nothing to apply a configuration to.
    if (opened.supervisor.current().state.kind === 'stopped') return;
    // Nothing of it could be put in force, and a finding says why.
    if (isGone(`${dataDirectory}/PG_VERSION`)) return opened.watch.wake();
    try {
      await pass(opened.passPorts, stop.isRequested);
      opened.holder.update({ passFailure: undefined });
    } catch (error) {
      opened.holder.update({ passFailure: describeError(error) });
      logger.error({ err: error }, 'a pass over the configuration went wrong; it will be tried again');
    }
  });
}

function initialSnapshot(context: RunContext): Snapshot {
  return {
    manager: { version: context.version, pid: context.pid, startedAtMs: context.clock.now() },
    isInitializing: false,
    postmaster: neverStarted,
    observation: undefined,
    hasAnswered: false,
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
  };
}

/** It can take long, and probes want an answer meanwhile. */
function showInitialization(isInitializing: boolean, holder: SnapshotHolder, faces: Faces): void {
  holder.update({ isInitializing });
  faces.open();
}
