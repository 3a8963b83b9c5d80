import { mendDataDirectoryMode } from '../initialization/mend-data-directory-mode.ts';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { signalProcess } from '../lib/signal-process.ts';
import { describeExitStatus } from '../postmaster/exit-status.ts';
import { openLogPipe } from '../postmaster/log-pipe.ts';
import { observeLockHolder, observeProcess } from '../postmaster/observe-process.ts';
import { isLastWord, parsePostgresLogLine } from '../postmaster/postmaster-log.ts';
import type { PostmasterLaunch } from '../postmaster/postmaster-process.ts';
import { type Postmaster, type PostmasterEvent, runningPid } from '../postmaster/postmaster-state.ts';
import { type PostmasterSupervisor, postmasterSupervisor } from '../postmaster/postmaster-supervisor.ts';
import type { Outcome } from '../reconcile/action.ts';
import type { InstanceOptions } from '../reconcile/options.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import { serverMonitor } from '../server/server-monitor.ts';
import { collectFindings, passFindings } from '../status/collect-findings.ts';
import { findingLog } from './finding-log.ts';
import type { InstanceDatabases } from './instance-databases.ts';
import { lazyDatabases } from './lazy-databases.ts';
import { type InstancePassPorts, passPorts } from './pass-ports.ts';
import { restartAndWait } from './restart-and-wait.ts';
import type { RunContext } from './run-context.ts';
import type { RunOptions } from './run-options.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';
import { type ServerWatch, serverWatch } from './watch-server.ts';

/** The parts of a running instance, wired to each other. */
export interface Instance {
  readonly supervisor: PostmasterSupervisor;
  readonly watch: ServerWatch;
  readonly passPorts: InstancePassPorts;
  readonly databases: InstanceDatabases;
  readonly holder: SnapshotHolder;
  readonly restart: () => Promise<Outcome>;
  /** Resolves with the exit code when PostgreSQL is down for good. */
  readonly ended: Promise<number>;
  /** From now on what is wrong is a finding, no longer a reason to end, and what happens calls `lookAgain`. */
  readonly hasStarted: (lookAgain: () => void) => void;
  readonly close: () => Promise<void>;
}

export interface InstanceParts {
  readonly options: RunOptions;
  readonly instance: InstanceOptions;
  readonly context: RunContext;
  readonly holder: SnapshotHolder;
}

const mostLastWords = 5;

export function openInstance({ options, instance, context, holder }: InstanceParts): Instance {
  const { clock, logger } = context;
  const end = Promise.withResolvers<number>();
  const held: { lookAgain: () => void; hasStarted: boolean; isNewStart: boolean; hasComeUp: boolean } = {
    ...{ lookAgain: () => undefined, hasStarted: false },
    ...{ isNewStart: true, hasComeUp: false },
  };
  const postgresLogger = logger.child({ logger: 'postgres' });
  const logFindings = findingLog(logger);
  const monitor = serverMonitor(clock);
  const supervisor = postmasterSupervisor({
    clock,
    adoption: { clock, observe: observeProcess, signal: signalProcess, onExited: context.init?.onExited },
    logPipe: context.init === undefined ? undefined : openLogPipe(line),
    policy: options.policy,
    launch,
    line,
    changed,
    spawnFailed: (reason) => logger.error({ reason }, 'PostgreSQL could not be started'),
    ended: end.resolve,
  });
  const watch = serverWatch({
    clock,
    monitor,
    supervisor,
    holder,
    dataDirectory: instance.dataDirectory,
    login: { user: options.superuser, passwordFile: options.passwordFile, password: options.newCluster.password },
    settingsMoved: () => held.lookAgain(),
  });
  const databases = lazyDatabases({
    ...{ clock, logger, supervisor, monitor, watch, holder },
    freed: () => held.lookAgain(),
    changed: () => logFindings(collectFindings(holder.current())),
  });
  const restart = (): Promise<Outcome> =>
    restartAndWait({ supervisor, watch, holder, clock, patienceMs: options.policy.shutdownBudgetMs + 60_000 });
  const ports = passPorts({
    options: instance,
    clock,
    supervisor,
    monitor,
    watch,
    holder,
    restart,
    releasedImages: () => databases.releasedImages(),
    beforeActing,
    report,
  });

  function launch(): PostmasterLaunch {
    held.isNewStart = true;
    held.hasComeUp = false;
    const desired = ports.launch();
    mendDataDirectoryMode(instance.dataDirectory, logger);
    const lock = observeLockHolder(instance.dataDirectory);
    // PostgreSQL takes a living process with the pid of its stale lock file for a postmaster, unless it is told not to.
    return lock.kind === 'stranger'
      ? {
          ...desired,
          environment: { ...desired.environment, PG_GRANDPARENT_PID: String(lock.pid) },
        }
      : desired;
  }

  function line(text: string): void {
    const parsed = parsePostgresLogLine(text);
    postgresLogger[parsed.level](parsed.text);
    if (isLastWord(parsed)) {
      // Those of the start before stay until this one has some, or has succeeded.
      const before = held.isNewStart ? [] : holder.current().lastWords;
      held.isNewStart = false;
      holder.update({ lastWords: [...before, parsed.text].slice(-mostLastWords) });
    }
  }

  function changed(before: Postmaster, after: Postmaster, event: PostmasterEvent): void {
    holder.update({ postmaster: after });
    const pid = runningPid(after.state);
    if (pid !== runningPid(before.state)) context.init?.guard(pid, options.policy.shutdownBudgetMs);
    watch.wake();
    if (before.state.kind === after.state.kind) return;
    logChange(before, after, event);
    if (after.state.kind !== 'accepting') void databases.pause();
    if (after.state.kind === 'stopping') void monitor.close();
    if (after.state.kind !== 'accepting') return;
    // What was said before is over, unless it was the crash that this server has just recovered from.
    if (!held.hasComeUp) holder.update({ lastWords: [] });
    held.hasComeUp = true;
    held.lookAgain();
  }

  function logChange(before: Postmaster, after: Postmaster, event: PostmasterEvent): void {
    const { lastWords } = holder.current();
    const facts = { from: before.state.kind, to: after.state.kind };
    if (event.kind === 'exited' && (after.state.kind === 'backoff' || after.state.kind === 'ended')) {
      const isWanted = before.state.kind === 'stopping';
      const how = { ...facts, exit: describeExitStatus(event.status), lastFatal: lastWords };
      logger[isWanted ? 'info' : 'error'](
        how,
        isWanted ? 'PostgreSQL has ended' : 'PostgreSQL ended without being asked to',
      );
      return;
    }
    logger.info('pid' in after.state ? { ...facts, pid: after.state.pid } : facts, 'postmaster');
  }

  function beforeActing(soFar: PassReport): void {
    if (!held.hasStarted) refuseToStart(soFar, options.strict);
  }

  function report(passReport: PassReport): void {
    databases.follow(passReport);
    logFindings(collectFindings(holder.current()));
    for (const { action, outcome } of passReport.outcomes) {
      if (outcome.kind === 'done') logger.info({ action: action.kind }, 'an action was carried out');
      // refused settings are a finding, which is logged once and not at every try
      else if (action.kind !== 'install-settings') {
        logger.error({ action: action.kind, reason: outcome.reason }, 'an action failed');
      }
    }
  }

  return {
    supervisor,
    watch,
    passPorts: ports,
    databases,
    holder,
    restart,
    ended: end.promise,
    hasStarted: (lookAgain) => {
      held.lookAgain = lookAgain;
      held.hasStarted = true;
    },
    close: async () => {
      await Promise.all([monitor.close(), databases.pause()]);
    },
  };
}

/** Before PostgreSQL was started there is nothing to keep up, so what is wrong is said and the manager ends. */
function refuseToStart(report: PassReport, strict: boolean): void {
  if (report.observed.postmaster !== 'stopped') return;
  const errors = passFindings(report).filter((finding) => finding.severity === 'error');
  const refused = errors.find((finding) => finding.reason === 'SettingsRefused');
  if (refused !== undefined && report.observed.installedText === undefined) {
    throw new ExitError(exitCode.configuration, refused.message);
  }
  if (strict && errors.length > 0) {
    throw new ExitError(exitCode.strict, errors.map((finding) => finding.message).join('\n'));
  }
}
