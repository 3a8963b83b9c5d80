import type { Clock } from '../lib/clock.ts';
import type { Finding } from '../lib/finding.ts';
import { readTextIfPresent, writeFileAtomically } from '../lib/write-file-atomically.ts';
import { observeEnvironment } from '../postmaster/observe-process.ts';
import { runningPid } from '../postmaster/postmaster-state.ts';
import type { PostmasterSupervisor } from '../postmaster/postmaster-supervisor.ts';
import type { Executors, Outcome } from '../reconcile/action.ts';
import { checkEffectiveSettings } from '../reconcile/check-effective-settings.ts';
import { type DesiredState, desiredState, serverOptions } from '../reconcile/desired-state.ts';
import { mergedParameters, observeWorld, type World } from '../reconcile/observe-world.ts';
import { type InstanceOptions, settingsFile } from '../reconcile/options.ts';
import type { ObservedInstance } from '../reconcile/plan.ts';
import type { PassPorts, PassReport } from '../reconcile/reconciler.ts';
import { type RestartReason, restartKey, restartReasons } from '../reconcile/restart-required.ts';
import {
  type EffectiveSetting,
  type EffectiveSettings,
  observeEffectiveSettings,
} from '../server/effective-settings.ts';
import type { ServerAnswer } from '../server/server-answer.ts';
import type { ServerMonitor } from '../server/server-monitor.ts';
import { refusalOfSettings } from '../settings/refuse-settings.ts';
import { instanceConfigurationReader } from './read-instance-configuration.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';
import type { ServerWatch } from './watch-server.ts';

export interface PassDependencies {
  readonly options: InstanceOptions;
  readonly clock: Clock;
  readonly supervisor: PostmasterSupervisor;
  readonly monitor: ServerMonitor;
  readonly watch: ServerWatch;
  readonly holder: SnapshotHolder;
  /** Restarts the postmaster and waits until it accepts again. */
  readonly restart: () => Promise<Outcome>;
  readonly report: (report: PassReport) => void;
}

export interface InstancePassPorts extends PassPorts {
  /** The settings that the postmaster that was just started has read. */
  readonly announce: (sha256: string | undefined) => void;
}

const reloadPatienceMs = 3_000;

/** The eyes and hands of a pass, on the real thing. */
export function passPorts(dependencies: PassDependencies): InstancePassPorts {
  const { options, supervisor, watch, holder } = dependencies;
  const memory: { announced: string | undefined; restartedFor: string | undefined; desired: DesiredState | undefined } =
    {
      announced: undefined,
      restartedFor: undefined,
      desired: undefined,
    };

  async function observe(
    desired: DesiredState,
    world: World,
    refusedSha256: string | undefined,
  ): Promise<ObservedInstance> {
    memory.desired = desired;
    const isUp = supervisor.current().state.kind === 'accepting';
    const answer = isUp ? await watch.look() : undefined;
    const seen = await observeServer(dependencies, desired, world, answer);
    holder.update({ restartReasons: seen.reasons, serverFindings: seen.findings, effective: seen.effective });
    return {
      postmaster: supervisor.current().state.kind,
      installedText: readTextIfPresent(settingsFile(options)),
      refusedSha256,
      loadedSha256: answer?.kind === 'accepting' ? answer.session.settingsSha256 : undefined,
      announcedSha256: memory.announced,
      restart: {
        isRequired: seen.reasons.length > 0,
        key: restartKey(seen.reasons),
        madeFor: memory.restartedFor,
      },
    };
  }

  const executors: Executors = {
    'install-settings': async ({ settings }) => {
      const written = await writeFileAtomically(settingsFile(options), settings.text, (candidate) =>
        refusalOfSettings(
          {
            postgres: `${options.binDirectory}/postgres`,
            dataDirectory: options.dataDirectory,
            serverOptions: serverOptions(options, memory.desired?.preload),
            environment: memory.desired?.environment.variables ?? {},
          },
          candidate,
        ),
      );
      return written.kind === 'refused' ? { kind: 'failed', reason: written.reason } : { kind: 'done' };
    },
    'start-postmaster': async () => {
      supervisor.send({ kind: 'start' });
      return { kind: 'done' };
    },
    reload: async ({ sha256 }) => {
      memory.announced = sha256;
      const outcome = await reload(dependencies, sha256);
      countReload(holder, outcome);
      return outcome;
    },
    restart: async ({ key }) => {
      memory.restartedFor = key;
      return dependencies.restart();
    },
  };

  return {
    readConfiguration: instanceConfigurationReader(options.configuration),
    observeWorld: (configuration) => observeWorld(configuration, options),
    desire: (world) => desiredState(world, options),
    observe,
    executors,
    report: dependencies.report,
    announce: (sha256) => {
      memory.announced = sha256;
    },
  };
}

/** SIGHUP, and then until a session sees the new settings. Without a session there is nothing to wait for. */
async function reload(dependencies: PassDependencies, sha256: string): Promise<Outcome> {
  const { supervisor, watch, clock } = dependencies;
  if (!supervisor.reload()) return { kind: 'failed', reason: 'there is no postmaster to reload' };
  const untilMs = clock.now() + reloadPatienceMs;
  while (clock.now() < untilMs) {
    const answer = await watch.look();
    if (answer === undefined) return { kind: 'failed', reason: 'PostgreSQL went down' };
    if (answer.kind !== 'accepting') return { kind: 'done' };
    if (answer.session.settingsSha256 === sha256) return { kind: 'done' };
    await clock.sleep(2);
  }
  return { kind: 'failed', reason: `no session saw the new settings within ${reloadPatienceMs / 1000} s` };
}

function countReload(holder: SnapshotHolder, outcome: Outcome): void {
  const { counters } = holder.current();
  const { applied, failed } = counters.reloads;
  const reloads = outcome.kind === 'done' ? { applied: applied + 1, failed } : { applied, failed: failed + 1 };
  holder.update({ counters: { ...counters, reloads } });
}

interface SeenServer {
  readonly reasons: readonly RestartReason[];
  readonly findings: readonly Finding[];
  readonly effective: readonly EffectiveSetting[];
}

async function observeServer(
  { options, supervisor, monitor }: PassDependencies,
  desired: DesiredState,
  world: World,
  answer: ServerAnswer | undefined,
): Promise<SeenServer> {
  const pid = runningPid(supervisor.current().state);
  if (pid === undefined) return { reasons: [], findings: [], effective: [] };
  const names = [...new Set([...Object.keys(desired.parameters), ...mergedParameters])];
  const effective: EffectiveSettings | undefined =
    answer?.kind === 'accepting'
      ? await monitor.withSession((client) => observeEffectiveSettings(client, names))
      : undefined;
  const reasons = restartReasons({
    running: observeEnvironment(pid),
    desired: desired.environment.variables,
    owners: desired.environment.owners,
    extensionsDirectory: options.extensionsDirectory,
    effective,
    preload: {
      running: effective?.settings.find((setting) => setting.name === 'shared_preload_libraries')?.value,
      desired: desired.preload,
    },
    libraries: new Map(
      world.images.flatMap((image) =>
        image.checked.libraries.map((library) => [library.replace(/\.so.*$/, ''), image.configuration.name]),
      ),
    ),
  });
  const isLoaded = answer?.kind === 'accepting' && answer.session.settingsSha256 === desired.settings.sha256;
  const findings =
    effective === undefined
      ? []
      : checkEffectiveSettings({
          effective: isLoaded ? effective : { ...effective, settings: [] },
          desired: desired.parameters,
          settingsFile: settingsFile(options),
        });
  return {
    reasons,
    findings,
    effective: (effective?.settings ?? []).filter((setting) => isMerged(setting.name)),
  };
}

function isMerged(name: string): boolean {
  return mergedParameters.some((merged) => merged === name);
}
