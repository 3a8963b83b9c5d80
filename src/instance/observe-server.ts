import type { Finding } from '../lib/finding.ts';
import { observeEnvironment } from '../postmaster/observe-process.ts';
import { runningPid } from '../postmaster/postmaster-state.ts';
import { checkEffectiveSettings, withoutCommandLine } from '../reconcile/check-effective-settings.ts';
import type { DesiredState } from '../reconcile/desired-state.ts';
import { mergedParameters, type World } from '../reconcile/observe-world.ts';
import { settingsFile } from '../reconcile/options.ts';
import { type RestartInputs, type RestartReason, restartKey, restartReasons } from '../reconcile/restart-required.ts';
import {
  type EffectiveSetting,
  type EffectiveSettings,
  observeEffectiveSettings,
} from '../server/effective-settings.ts';
import type { ServerAnswer } from '../server/server-answer.ts';
import type { PassDependencies } from './pass-dependencies.ts';

/** What of the desired state the running server does not have. */
export interface SeenServer {
  readonly reasons: readonly RestartReason[];
  readonly findings: readonly Finding[];
  readonly effective: readonly EffectiveSetting[];
  /** What the reasons are for; see restartKey. */
  readonly key: string;
  /** Of the postmaster that was seen. */
  readonly pid: number | undefined;
}

export const nothingSeen: SeenServer = { reasons: [], findings: [], effective: [], key: '', pid: undefined };

export async function observeServer(
  { options, safeMode, supervisor, monitor }: Pick<PassDependencies, 'options' | 'safeMode' | 'supervisor' | 'monitor'>,
  desired: DesiredState,
  world: World,
  answer: ServerAnswer | undefined,
  before: SeenServer,
): Promise<SeenServer> {
  const pid = runningPid(supervisor.current().state);
  if (pid === undefined) return nothingSeen;
  const names = [...new Set([...Object.keys(desired.parameters), ...mergedParameters])];
  const shown: EffectiveSettings | undefined =
    answer?.kind === 'accepting'
      ? await monitor.withSession((client) => observeEffectiveSettings(client, names))
      : undefined;
  const commandLine = new Set([
    ...safeMode.options().serverOptions.keys(),
    'data_directory',
    'shared_preload_libraries',
  ]);
  const effective = shown === undefined ? undefined : withoutCommandLine(shown, commandLine);
  // Without a session nothing new can be learned of a server; what was seen of it still holds.
  if (effective === undefined && before.pid === pid) return before;
  const inputs: RestartInputs = {
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
        image.checked.libraries.map((library) => [library.replace(/\.so.*/s, ''), image.configuration.name]),
      ),
    ),
  };
  const reasons = restartReasons(inputs);
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
    key: reasons.length === 0 ? '' : restartKey(inputs),
    pid,
    effective: (effective?.settings ?? []).filter((setting) => isMerged(setting.name)),
  };
}

function isMerged(name: string): boolean {
  return mergedParameters.some((merged) => merged === name);
}
