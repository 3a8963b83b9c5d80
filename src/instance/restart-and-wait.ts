import type { Clock } from '../lib/clock.ts';
import type { PostmasterSupervisor } from '../postmaster/postmaster-supervisor.ts';
import type { Outcome } from '../reconcile/action.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';
import type { ServerWatch } from './watch-server.ts';

export interface RestartPorts {
  readonly supervisor: PostmasterSupervisor;
  readonly watch: ServerWatch;
  readonly holder: SnapshotHolder;
  readonly clock: Clock;
  readonly patienceMs: number;
}

/** Asks for a restart and waits until a new postmaster accepts connections. */
export async function restartAndWait(ports: RestartPorts): Promise<Outcome> {
  const outcome = await restart(ports);
  const { counters } = ports.holder.current();
  const { done, failed } = counters.restarts;
  const restarts = outcome.kind === 'done' ? { done: done + 1, failed } : { done, failed: failed + 1 };
  ports.holder.update({ counters: { ...counters, restarts } });
  return outcome;
}

async function restart({ supervisor, watch, clock, patienceMs }: RestartPorts): Promise<Outcome> {
  const startsBefore = supervisor.current().starts;
  supervisor.send({ kind: 'restart' });
  const untilMs = clock.now() + patienceMs;
  while (clock.now() < untilMs) {
    const { state, starts } = supervisor.current();
    if (starts > startsBefore && state.kind === 'accepting') return { kind: 'done' };
    if (state.kind === 'ended') return { kind: 'failed', reason: 'PostgreSQL has ended' };
    if (state.kind === 'backoff')
      return {
        kind: 'failed',
        reason: 'PostgreSQL did not start; the status has its FATAL lines, and what becomes of it',
      };
    watch.wake();
    await clock.sleep(5);
  }
  return { kind: 'failed', reason: `PostgreSQL did not accept connections within ${Math.round(patienceMs / 1000)} s` };
}
