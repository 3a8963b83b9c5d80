import { exitCode } from '../lib/exit-code.ts';
import type { Finding } from '../lib/finding.ts';
import { signalProcess } from '../lib/signal-process.ts';
import { describeExitStatus, type ExitStatus } from '../postmaster/exit-status.ts';
import { hopelessStart } from '../postmaster/hopeless-start.ts';
import { hearLine, nothingSaid } from '../postmaster/last-words.ts';
import { openLogPipe } from '../postmaster/log-pipe.ts';
import { isGone } from '../postmaster/observe-absence.ts';
import { observeCollectedLogEnd } from '../postmaster/observe-collected-log.ts';
import { observeChildTitles } from '../postmaster/observe-leftovers.ts';
import { observeProcess } from '../postmaster/observe-process.ts';
import type { PostmasterEvent } from '../postmaster/postmaster-event.ts';
import { crashOfChild, isAboutDisk, parsePostgresLogLine } from '../postmaster/postmaster-log.ts';
import type { PostmasterLaunch } from '../postmaster/postmaster-process.ts';
import { type Postmaster, runningPid } from '../postmaster/postmaster-state.ts';
import { type PostmasterSupervisor, postmasterSupervisor } from '../postmaster/postmaster-supervisor.ts';
import type { Outcome } from '../reconcile/action.ts';
import type { InstanceOptions } from '../reconcile/options.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import { serverMonitor } from '../server/server-monitor.ts';
import { collectFindings } from '../status/collect-findings.ts';
import { type AccessKeeper, accessKeeper } from './access-keeper.ts';
import { wayClearer } from './clear-the-way.ts';
import { findingLog } from './finding-log.ts';
import { hearOut } from './hear-out.ts';
import { nothingHeld } from './held.ts';
import { imageLooks } from './image-looks.ts';
import type { InstanceDatabases } from './instance-databases.ts';
import { lazyDatabases } from './lazy-databases.ts';
import { type InstancePassPorts, passPorts } from './pass-ports.ts';
import { prepareLaunch } from './prepare-launch.ts';
import { refuseToStart } from './refuse-to-start.ts';
import { restartAndWait } from './restart-and-wait.ts';
import type { RunContext } from './run-context.ts';
import type { RunOptions } from './run-options.ts';
import { type SafeMode, safeMode } from './safe-mode.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';
import { tellChange } from './tell-change.ts';
import { type Notice, tellNotice } from './tell-notice.ts';
import { tellOutcomes } from './tell-outcomes.ts';
import { lossWatch } from './watch-losses.ts';
import { recoveryWatch } from './watch-recovery.ts';
import { type ServerWatch, serverWatch } from './watch-server.ts';

/** The parts of a running instance, wired to each other. */
export interface Instance {
  readonly supervisor: PostmasterSupervisor;
  readonly watch: ServerWatch;
  readonly passPorts: InstancePassPorts;
  readonly databases: InstanceDatabases;
  readonly holder: SnapshotHolder;
  readonly safeMode: SafeMode;
  readonly access: AccessKeeper;
  readonly restart: () => Promise<Outcome>;
  /** Resolves with the exit code when PostgreSQL is down for good. */
  readonly ended: Promise<number>;
  /** From now on what is wrong is a finding, no longer a reason to end, and what happens calls `lookAgain`. */
  readonly hasStarted: (lookAgain: () => Promise<void>) => void;
  readonly close: () => Promise<void>;
}

export interface InstanceParts {
  readonly options: RunOptions;
  readonly instance: InstanceOptions;
  readonly context: RunContext;
  readonly holder: SnapshotHolder;
}

const mostSaid = 30;
const thinkingMs = 10;
/** A full disk can be in every line of the log. */
const betweenDiskLooksMs = 1_000;

export function openInstance({ options, instance, context, holder }: InstanceParts): Instance {
  const { clock, logger } = context;
  const end = Promise.withResolvers<number>();
  const held = nothingHeld();
  const postgresLogger = logger.child({ logger: 'postgres' });
  const logFindings = findingLog(logger);
  const monitor = serverMonitor(clock);
  const safeguard = safeMode({
    ...{ options: instance, isOff: options.strict, holder, logger },
    lookAgain: () => held.lookAgain(),
  });
  const wayIsHeldUp = wayClearer({
    ...{ clock, logger, dataDirectory: instance.dataDirectory, signal: signalProcess },
    ...{ socketFolder: instance.runDirectory, show: showWay },
  });
  const supervisor = postmasterSupervisor({
    clock,
    adoption: { clock, observe: observeProcess, signal: signalProcess, onExited: context.init?.onExited },
    logPipe: context.init === undefined ? undefined : openLogPipe(line),
    policy: options.policy,
    heldUp,
    launch,
    line,
    changed,
    spawnFailed: (reason) => logger.error({ reason }, 'PostgreSQL could not be started'),
    giveUp,
    ended: end.resolve,
  });
  const watch = serverWatch({
    clock,
    monitor,
    supervisor,
    holder,
    dataDirectory: instance.dataDirectory,
    login: { user: options.superuser, passwordFile: options.passwordFile, password: options.newCluster.password },
    noticed,
    watchLosses: lossWatch({ clock, dataDirectory: instance.dataDirectory, isGone }),
    watchRecovery: recoveryWatch({ clock, childTitles: observeChildTitles, stuck: () => noticed('stuck') }),
    settingsMoved: () => void held.lookAgain(),
  });
  const databases = lazyDatabases({
    ...{ clock, logger, supervisor, monitor, watch, holder },
    freed: () => void held.lookAgain(),
    changed: tellFindings,
  });
  const images = imageLooks({ ...instance, supervisor, holder, logger, changed: tellFindings });
  const access = accessKeeper({
    ...{ clock, wallClock: context.wallClock, logger, files: options.access, first: context.access },
    findings: (accessFindings) => {
      holder.update({ accessFindings });
      tellFindings();
    },
  });
  const restart = (): Promise<Outcome> =>
    restartAndWait({ supervisor, watch, holder, clock, patienceMs: options.policy.shutdownBudgetMs + 60_000 });
  const ports = passPorts({
    ...{ options: instance, safeMode: safeguard },
    ...{ clock, supervisor, monitor, watch, holder, restart },
    releasedImages: () => databases.releasedImages(),
    beforeActing,
    report,
  });

  function tellFindings(): void {
    logFindings(collectFindings(holder.current()));
  }

  function showWay(startFindings: readonly Finding[]): void {
    if (startFindings.length === 0 && holder.current().startFindings.length === 0) return;
    holder.update({ startFindings });
    tellFindings();
  }

  /** Not before it is known what to start with, and not while anything of an earlier one is in the way. */
  function heldUp(): number | undefined {
    return safeguard.isThinking() ? thinkingMs : wayIsHeldUp();
  }

  function noticed(notice: Notice): void {
    tellNotice(logger, notice, runningPid(supervisor.current().state), held.lastCrash);
    if (notice === 'stuck') supervisor.send({ kind: 'stuck' });
    tellFindings();
  }

  function launch(): PostmasterLaunch {
    const collected = observeCollectedLogEnd(instance.dataDirectory);
    Object.assign(held, { words: nothingSaid, said: [], hasComeUp: false, collected });
    return prepareLaunch(ports.launch(), instance, logger);
  }

  function giveUp(): number | undefined {
    held.hopeless = held.hasComeUp ? undefined : hopelessStart(held.said, instance.dataDirectory);
    return held.hopeless === undefined ? undefined : exitCode.configuration;
  }

  function line(text: string): void {
    const parsed = parsePostgresLogLine(text);
    held.lastCrash = crashOfChild(parsed) ?? held.lastCrash;
    postgresLogger[parsed.level](parsed.text);
    if (isAboutDisk(parsed) && clock.now() - held.diskLookAtMs > betweenDiskLooksMs) {
      held.diskLookAtMs = clock.now();
      void held.lookAgain();
    }
    const { state } = supervisor.current();
    const listening = { postmasterPid: runningPid(state), isAccepting: state.kind === 'accepting' };
    const { shown } = held.words;
    if (!held.hasComeUp) held.said = [...held.said, parsed.text].slice(-mostSaid);
    held.words = hearLine(held.words, parsed, listening);
    // Those of the start before stay until this one has some, or has succeeded.
    if (held.words.shown !== shown) holder.update({ lastWords: held.words.shown });
  }

  function changed(before: Postmaster, after: Postmaster, event: PostmasterEvent): void {
    holder.update({ postmaster: after });
    const pid = runningPid(after.state);
    if (pid !== runningPid(before.state)) context.init?.guard(pid, options.policy.shutdownBudgetMs);
    watch.wake();
    if (before.state.kind === after.state.kind) return;
    // It goes to and fro while the way is looked at, and what is in the way is a finding.
    if (before.state.kind === 'held-up' || after.state.kind === 'held-up') return;
    tellChange(logger, before, after, event, { ...holder.current(), hopeless: held.hopeless });
    if (event.kind === 'exited' && before.state.kind !== 'stopping') hearWhy(runningPid(before.state), event.status);
    if (after.state.kind !== 'accepting') void databases.pause();
    if (after.state.kind === 'stopping') void monitor.close();
    // The disk, or the files, may be why it has ended.
    if (after.state.kind === 'backoff') void held.lookAgain();
    if (after.state.kind !== 'accepting') return;
    // What was said before is over, unless it was the crash that this server has just recovered from.
    if (!held.hasComeUp) {
      held.words = nothingSaid;
      holder.update({ lastWords: [] });
      if (after.starts > 0) void safeguard.accepted();
    }
    held.hasComeUp = true;
    void held.lookAgain();
  }

  function hearWhy(postmasterPid: number | undefined, status: ExitStatus): void {
    const words = hearOut({ clock, logger, holder, ...instance, held: { ...held }, postmasterPid });
    if (!held.hasComeUp) safeguard.failed({ words, asides: held.said, exit: describeExitStatus(status) });
  }

  function beforeActing(soFar: PassReport): void {
    if (!held.hasStarted) refuseToStart(soFar, holder.current().accessFindings, options.strict);
  }

  function report(passReport: PassReport): void {
    databases.follow(passReport);
    images.follow();
    tellFindings();
    tellOutcomes(logger, passReport.outcomes);
  }

  return {
    supervisor,
    watch,
    passPorts: ports,
    databases,
    holder,
    safeMode: safeguard,
    access,
    restart,
    ended: end.promise,
    hasStarted: (lookAgain) => {
      held.lookAgain = lookAgain;
      held.hasStarted = true;
    },
    close: async () => {
      await Promise.all([monitor.close(), databases.pause(), images.close()]);
    },
  };
}
