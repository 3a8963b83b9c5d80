import type { ControlOperations, ControlResult } from '../http/control-app.ts';
import type { SingleFlight } from '../lib/single-flight.ts';
import type { Outcome } from '../reconcile/action.ts';
import { collectFindings } from '../status/collect-findings.ts';
import { instanceStatus } from '../status/instance-status.ts';
import type { Instance } from './instance.ts';

const applyingFailed: ReadonlySet<string> = new Set([
  'ConfigurationInvalid',
  'SettingsRefused',
  'SettingsNotApplied',
  'PassFailed',
]);

/** What the commands can ask for. Each begins by reading the configuration, so that it acts on what is there now. */
export function controlOperations(instance: Instance, passes: SingleFlight, now: () => number): ControlOperations {
  return {
    reload: async () => {
      if (!hasStarted(instance)) return notStarted;
      instance.databases.hurry();
      await passes.trigger();
      return reloadResult(instance, now);
    },
    restart: async () => {
      if (!hasStarted(instance)) return notStarted;
      const { starts } = instance.supervisor.current();
      await passes.trigger();
      // With an automatic policy, the pass may have done it already.
      const isDone = instance.supervisor.current().starts > starts;
      const outcome: Outcome = isDone ? { kind: 'done' } : await instance.restart();
      await passes.trigger();
      return outcome.kind === 'done'
        ? { ok: true, message: 'PostgreSQL was restarted and accepts connections.' }
        : { ok: false, message: `The restart did not work: ${outcome.reason}.` };
    },
  };
}

const notStarted: ControlResult = {
  ok: false,
  message: 'PostgreSQL was not started yet; the data folder is being made.',
};

function hasStarted(instance: Instance): boolean {
  return instance.holder.current().pass !== undefined;
}

function reloadResult(instance: Instance, now: () => number): ControlResult {
  const findings = collectFindings(instance.holder.current());
  const problems = findings.filter((finding) => applyingFailed.has(finding.reason));
  if (problems.length > 0) return { ok: false, message: problems.map(({ message }) => message).join('\n') };
  const restart = findings.find((finding) => finding.reason === 'RestartRequired');
  if (restart !== undefined) return { ok: true, message: restart.message };
  const { state } = instanceStatus(instance.holder.current(), now()).configuration;
  return state === 'applied'
    ? { ok: true, message: 'The configuration was read and is in force.' }
    : { ok: true, message: `The configuration was read; whether it is in force is not seen yet (${state}).` };
}
