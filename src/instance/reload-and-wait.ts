import type { Outcome } from '../reconcile/action.ts';
import type { PassDependencies } from './pass-dependencies.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';

type ReloadPorts = Pick<PassDependencies, 'supervisor' | 'watch' | 'clock' | 'holder'>;

const reloadPatienceMs = 3_000;

/** Has PostgreSQL read its files, and counts how that went. */
export async function reloadAndWait(ports: ReloadPorts, sha256: string): Promise<Outcome> {
  const outcome = await reload(ports, sha256);
  countReload(ports.holder, outcome);
  return outcome;
}

/** SIGHUP, and then until a session sees the new settings. Without a session there is nothing to wait for. */
async function reload(ports: ReloadPorts, sha256: string): Promise<Outcome> {
  const { supervisor, watch, clock } = ports;
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
