import { describeError } from '../lib/errors.ts';
import { type LimitedFile, readLimitedFile } from '../lib/read-limited-file.ts';
import { sha256 } from '../lib/sha256.ts';
import { readTextIfPresent, type WriteOutcome, writeFileAtomically } from '../lib/write-file-atomically.ts';
import type { PostmasterLaunch } from '../postmaster/postmaster-process.ts';
import type { Executors, Outcome } from '../reconcile/action.ts';
import { type DesiredState, serverOptions } from '../reconcile/desired-state.ts';
import { observeWorld, type World } from '../reconcile/observe-world.ts';
import { appliedFile, rememberedFile, settingsFile } from '../reconcile/options.ts';
import type { ObservedInstance } from '../reconcile/plan.ts';
import type { PassPorts } from '../reconcile/reconciler.ts';
import type { AppliedImages } from '../removal/applied-images.ts';
import { appliedRecord, maxRecordBytes, recordText } from '../removal/applied-record.ts';
import { refusalOfSettings } from '../settings/refuse-settings.ts';
import { nothingSeen, observeServer, type SeenServer } from './observe-server.ts';
import type { PassDependencies } from './pass-dependencies.ts';
import { instanceConfigurationReader } from './read-instance-configuration.ts';
import { reloadAndWait } from './reload-and-wait.ts';

export interface InstancePassPorts extends PassPorts {
  /** What a postmaster is started with now; it then has these settings. */
  readonly launch: () => PostmasterLaunch;
}

/** The eyes and hands of a pass, on the real thing. */
export function passPorts(dependencies: PassDependencies): InstancePassPorts {
  const { options, supervisor, watch, holder, safeMode } = dependencies;
  const memory: {
    announced: string | undefined;
    /** What the last automatic restart was for, and what was desired then: with another wish it is another matter. */
    restartedFor: { readonly key: string; readonly wish: string } | undefined;
    desired: DesiredState | undefined;
    /** Once something was applied the file is only written: one that cannot be must not bring back what was let go. */
    applied: AppliedImages | undefined;
    seen: SeenServer;
  } = { announced: undefined, restartedFor: undefined, desired: undefined, applied: undefined, seen: nothingSeen };

  const readRecord = (): LimitedFile => readLimitedFile(appliedFile(options), maxRecordBytes);

  async function observe(
    desired: DesiredState,
    world: World,
    refusedSha256: string | undefined,
  ): Promise<ObservedInstance> {
    memory.desired = desired;
    memory.applied = world.applied;
    const isUp = supervisor.current().state.kind === 'accepting';
    const answer = isUp ? await watch.look() : undefined;
    const seen = await observeServer(dependencies, desired, world, answer, memory.seen);
    memory.seen = seen;
    return {
      postmaster: supervisor.current().state.kind,
      installedText: readTextIfPresent(settingsFile(options)),
      appliedText: recordText(readRecord()),
      rememberedText: readTextIfPresent(rememberedFile(options)),
      refusedSha256,
      loadedSha256: answer?.kind === 'accepting' ? answer.session.settingsSha256 : undefined,
      announcedSha256: memory.announced,
      restart: {
        isRequired: seen.reasons.length > 0,
        key: seen.key,
        madeFor: memory.restartedFor?.wish === wishOf(desired) ? memory.restartedFor.key : undefined,
      },
    };
  }

  const executors: Executors = {
    'remember-applied': async ({ text }) => asOutcome(await writtenOrRefused(appliedFile(options), text)),
    'install-settings': async ({ settings }) => {
      const written = await writtenOrRefused(settingsFile(options), settings.text, (candidate) =>
        refusalOfSettings(
          {
            postgres: `${options.binDirectory}/postgres`,
            dataDirectory: options.dataDirectory,
            serverOptions: serverOptions(safeMode.options(), memory.desired?.preload),
            environment: memory.desired?.environment.variables ?? {},
          },
          candidate,
        ),
      );
      return asOutcome(written);
    },
    'start-postmaster': async () => {
      supervisor.send({ kind: 'start' });
      return { kind: 'done' };
    },
    reload: async (action) => {
      memory.announced = action.sha256;
      return reloadAndWait(dependencies, action.sha256);
    },
    restart: async ({ key }) => {
      memory.restartedFor = memory.desired && { key, wish: wishOf(memory.desired) };
      return dependencies.restart();
    },
    'remember-configuration': async ({ text }) => asOutcome(await writtenOrRefused(rememberedFile(options), text)),
  };

  return {
    readConfiguration: instanceConfigurationReader(options),
    observeWorld: (configuration) => {
      const { applied, findings } = appliedRecord(appliedFile(options), readRecord());
      const released = dependencies.releasedImages();
      return observeWorld(configuration, options, { applied: memory.applied ?? applied, findings, released });
    },
    desire: safeMode.desire,
    observe,
    executors,
    beforeActing: dependencies.beforeActing,
    report: (report) => {
      const { reasons, findings, effective } = memory.seen;
      holder.update({ pass: report, restartReasons: reasons, serverFindings: findings, effective });
      dependencies.report(report);
    },
    launch: () => {
      if (memory.desired === undefined) throw new Error('cannot happen: a start before the first pass');
      const { settings } = memory.desired;
      // A text that was refused is not the one that the postmaster will read.
      memory.announced = readTextIfPresent(settingsFile(options)) === settings.text ? settings.sha256 : undefined;
      return memory.desired.launch;
    },
  };
}

function wishOf({ settings, environment }: DesiredState): string {
  return sha256(JSON.stringify([settings.sha256, environment.variables]));
}

function asOutcome(written: WriteOutcome): Outcome {
  return written.kind === 'refused' ? { kind: 'failed', reason: written.reason } : { kind: 'done' };
}

/** A disk that is full or read-only is to be expected; the text in force stays. */
async function writtenOrRefused(...install: Parameters<typeof writeFileAtomically>): Promise<WriteOutcome> {
  try {
    return await writeFileAtomically(...install);
  } catch (error) {
    return { kind: 'refused', reason: `${install[0]} cannot be written: ${describeError(error)}` };
  }
}
