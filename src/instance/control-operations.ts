import type { ControlOperations, ControlResult } from '../http/control-app.ts';
import { describeError } from '../lib/errors.ts';
import { type SingleFlight, singleFlight } from '../lib/single-flight.ts';
import type { Outcome } from '../reconcile/action.ts';
import { collectFindings } from '../status/collect-findings.ts';
import { instanceStatus } from '../status/instance-status.ts';
import type { Instance } from './instance.ts';

const applyingFailed: ReadonlySet<string> = new Set([
  'ConfigurationInvalid',
  'SettingsRefused',
  'SettingsNotApplied',
  'PassFailed',
  'SafeMode',
  'CertificateUnusable',
  'TokenUnusable',
]);

/** What the commands can ask for. Each begins by reading the configuration, so that it acts on what is there now. */
export function controlOperations(instance: Instance, passes: SingleFlight, now: () => number): ControlOperations {
  const held: { outcome: Outcome } = { outcome: { kind: 'done' } };
  // However many ask while one is under way, there is one more.
  const restarts = singleFlight(async () => {
    held.outcome = await restart().catch((error: unknown) => ({ kind: 'failed', reason: describeError(error) }));
  });

  async function restart(): Promise<Outcome> {
    const { starts } = instance.supervisor.current();
    await instance.safeMode.untilCalm();
    instance.safeMode.forget();
    await passes.trigger();
    // With an automatic policy, the pass may have done it already.
    const isDone = instance.supervisor.current().starts > starts;
    const outcome: Outcome = isDone ? { kind: 'done' } : await instance.restart();
    await passes.trigger();
    return outcome;
  }

  return {
    reload: async () => {
      if (!hasStarted(instance)) return notStarted;
      instance.databases.hurry();
      await Promise.all([passes.trigger(), instance.access.look()]);
      return reloadResult(instance, now);
    },
    restart: async () => {
      if (!hasStarted(instance)) return notStarted;
      await restarts.trigger();
      const { outcome } = held;
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
  const problems = findings.filter(({ reason, severity }) => severity === 'error' && applyingFailed.has(reason));
  if (problems.length > 0) return { ok: false, message: problems.map(({ message }) => message).join('\n') };
  const restart = findings.find((finding) => finding.reason === 'RestartRequired');
  if (restart !== undefined) return { ok: true, message: restart.message };
  const { state } = instanceStatus(instance.holder.current(), now()).configuration;
  return state === 'applied'
    ? { ok: true, message: 'The configuration was read and is in force.' }
    : { ok: true, message: `The configuration was read; whether it is in force is not seen yet (${state}).` };
}
