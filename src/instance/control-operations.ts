import type { ControlOperations, ControlResult } from '../http/control-app.ts';
import type { SingleFlight } from '../lib/single-flight.ts';
import { collectFindings } from '../status/collect-findings.ts';
import type { Instance } from './instance.ts';

const applyingFailed: ReadonlySet<string> = new Set(['ConfigurationInvalid', 'SettingsRefused', 'SettingsNotApplied']);

/** What the commands can ask for. Each begins by reading the configuration, so that it acts on what is there now. */
export function controlOperations(instance: Instance, passes: SingleFlight): ControlOperations {
  return {
    reload: async () => {
      if (!hasStarted(instance)) return notStarted;
      await passes.trigger();
      return reloadResult(instance);
    },
    restart: async () => {
      if (!hasStarted(instance)) return notStarted;
      await passes.trigger();
      const outcome = await instance.restart();
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

function reloadResult(instance: Instance): ControlResult {
  const findings = collectFindings(instance.holder.current());
  const problem = findings.find((finding) => applyingFailed.has(finding.reason));
  if (problem !== undefined) return { ok: false, message: problem.message };
  const restart = findings.find((finding) => finding.reason === 'RestartRequired');
  return { ok: true, message: restart?.message ?? 'The configuration was read and is in force.' };
}
