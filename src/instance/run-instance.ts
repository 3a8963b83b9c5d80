import { rm } from 'node:fs/promises';
import { postmasterEnvironment } from '../environment/postmaster-environment.ts';
import { bindAddress, type HostAndPort } from '../http/bound-address.ts';
import type { Clock } from '../lib/clock.ts';
import { describeError, ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { Logger } from '../lib/logger.ts';
import { type SingleFlight, singleFlight } from '../lib/single-flight.ts';
import type { StopRequests } from '../lib/stop-requests.ts';
import { neverStarted } from '../postmaster/postmaster-state.ts';
import type { InstanceOptions } from '../reconcile/options.ts';
import { pass } from '../reconcile/reconciler.ts';
import { controlSocketPath } from './control-socket.ts';
import { type BoundFaces, openFaces } from './faces.ts';
import { type Instance, openInstance } from './instance.ts';
import { refuseSecondPostmaster } from './prepare-instance.ts';
import { instanceConfigurationReader } from './read-instance-configuration.ts';
import { readyDataDirectory } from './ready-data-directory.ts';
import type { RunOptions } from './run-options.ts';
import { snapshotHolder } from './snapshot-holder.ts';

export interface RunContext {
  readonly version: string;
  readonly pid: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stop: StopRequests;
}

/**
 * `run`, after root was given up: start in order, and when PostgreSQL is down for good, stop in reverse. What can be
 * refused is refused before anything is written. Resolves with the exit code.
 */
export async function runInstance(
  options: RunOptions,
  instance: InstanceOptions,
  context: RunContext,
): Promise<number> {
  refuseSecondPostmaster(instance.dataDirectory);
  const first = instanceConfigurationReader(instance.configuration)();
  const bound = await bindAddresses(options);
  const holder = snapshotHolder({
    manager: { version: context.version, pid: context.pid, startedAtMs: context.clock.now() },
    isInitializing: false,
    postmaster: neverStarted,
    observation: undefined,
    hasAnswered: false,
    pass: undefined,
    restartReasons: [],
    serverFindings: [],
    lastWords: [],
    counters: { reloads: { applied: 0, failed: 0 }, restarts: { done: 0, failed: 0 }, crashRestarts: 0 },
  });
  const opened = openInstance({ options, instance, context, holder });
  const ended = new AbortController();
  const stopping = new AbortController();
  context.stop.subscribe((signal) => {
    context.logger.info({ signal }, 'asked to stop');
    stopping.abort();
    opened.supervisor.send({ kind: 'stop' });
  });
  try {
    const ready = await readyDataDirectory({
      initialization: {
        initdb: `${instance.binDirectory}/initdb`,
        dataDirectory: instance.dataDirectory,
        superuser: options.superuser,
        passwordFile: options.passwordFile,
        extraArguments: options.initdbArguments,
        environment: postmasterEnvironment(instance.environment, []).variables,
      },
      hasExtensions: first.configuration.extensions.length > 0,
      line: (line) => context.logger.info({ logger: 'initdb' }, line),
      initializing: (isInitializing) => holder.update({ isInitializing }),
      stop: stopping.signal,
    });
    if (ready === 'interrupted' || context.stop.isRequested()) return exitCode.ok;
    return await supervise(opened, options, instance, context, bound, ended.signal);
  } finally {
    ended.abort();
    await opened.close();
    for (const address of [bound.status, bound.metrics]) address?.server.close();
  }
}

/** The first pass starts PostgreSQL; only then comes what PostgreSQL does not wait for. */
async function supervise(
  opened: Instance,
  options: RunOptions,
  instance: InstanceOptions,
  context: RunContext,
  bound: BoundFaces,
  ended: AbortSignal,
): Promise<number> {
  const { logger, clock } = context;
  const isStopping = (): boolean => context.stop.isRequested();
  await pass(opened.passPorts, isStopping);
  opened.hasStarted();
  const passes = singleFlight(async () => {
    try {
      await pass(opened.passPorts, isStopping);
    } catch (error) {
      logger.error({ err: describeError(error) }, 'a pass over the configuration went wrong; it will be tried again');
    }
  });
  opened.onLookAgain(() => void passes.trigger());
  const watching = opened.watch.run(ended);
  const socket = controlSocketPath(instance.runDirectory);
  const faces = openFaces(
    bound,
    socket,
    { snapshot: opened.holder.current, now: clock.now },
    operations(opened, passes),
  );
  const following = follow(options, passes, context, ended);
  // What cannot be opened must not take PostgreSQL down: it is said, and the rest goes on.
  faces.then(
    ({ addresses }) => logger.info({ addresses, socket }, 'listening'),
    (error: unknown) => logger.error({ err: describeError(error) }, 'the endpoints could not be opened'),
  );
  const code = await opened.ended;
  await Promise.allSettled([following.then((close) => close()), faces.then((face) => face.close())]);
  await rm(socket, { force: true });
  await Promise.race([Promise.allSettled([watching, passes.idle()]), clock.sleep(1_000)]);
  return code;
}

async function bindAddresses(options: RunOptions): Promise<BoundFaces> {
  const { statusAddress, metricsAddress } = options;
  const isSame = metricsAddress !== undefined && sameAddress(statusAddress, metricsAddress);
  return {
    status: statusAddress === undefined ? undefined : await bindAddress(statusAddress, '--status-address'),
    metrics:
      metricsAddress === undefined || isSame ? undefined : await bindAddress(metricsAddress, '--metrics-address'),
  };
}

function sameAddress(a: HostAndPort | undefined, b: HostAndPort): boolean {
  return a?.host === b.host && a.port === b.port && b.port !== 0;
}

function operations(opened: Instance, passes: SingleFlight): Parameters<typeof openFaces>[3] {
  return {
    reload: async () => {
      await passes.trigger();
      return opened.reloadResult();
    },
    restart: async () => {
      await passes.trigger();
      const outcome = await opened.restart();
      await passes.trigger();
      return outcome.kind === 'done'
        ? { ok: true, message: 'PostgreSQL was restarted and accepts connections.' }
        : { ok: false, message: `The restart did not work: ${outcome.reason}` };
    },
  };
}

/** Looks again when the folder changes, and every now and then whatever the watcher says. */
async function follow(
  options: RunOptions,
  passes: SingleFlight,
  { clock, logger }: RunContext,
  ended: AbortSignal,
): Promise<() => Promise<void>> {
  void (async () => {
    while (!ended.aborted) {
      await clock.sleep(options.resyncIntervalMs, ended);
      if (!ended.aborted) await passes.trigger();
    }
  })();
  const { watchConfiguration } = await import('../configuration/configuration-watcher.ts');
  try {
    const watcher = watchConfiguration(
      options.configuration.path,
      () => void passes.trigger(),
      (error) =>
        logger.warn(
          { err: describeError(error) },
          'the configuration folder cannot be watched; it is read every now and then',
        ),
    );
    return watcher.close;
  } catch (error) {
    throw new ExitError(exitCode.software, describeError(error));
  }
}
