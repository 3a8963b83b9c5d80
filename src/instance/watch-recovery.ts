import type { Clock } from '../lib/clock.ts';
import type { PostmasterState } from '../postmaster/postmaster-state.ts';
import type { Observation } from '../status/snapshot.ts';

export interface RecoveryWatchPorts {
  readonly clock: Clock;
  /** Of the processes that it has started itself. */
  readonly childTitles: (pid: number) => readonly string[];
  /** Called once for a postmaster. */
  readonly stuck: () => void;
}

/** A postmaster kills what does not end by itself after five seconds, and then begins to recover. */
const stuckAfterMs = 6_000;

/** With cluster_name before it, if there is one. */
const startup = /^postgres: (.*: )?startup( |$)/;
/** What was forked a moment ago has no title of its own yet. */
const untitled = /^(?!postgres: )/;

/**
 * Notices a postmaster that turns clients away because it recovers, and has no process that does. PostgreSQL 18.4 to 18.6
 * can get into that state for good when the startup process dies after a crash of another process; it does not end in a
 * fast shutdown either. https://git.postgresql.org/cgit/postgresql.git/commit/?id=ead8f696b7
 */
export function recoveryWatch({
  clock,
  childTitles,
  stuck,
}: RecoveryWatchPorts): (state: PostmasterState, process: Observation['process']) => void {
  const held: { pid: number; sinceMs: number | undefined; isTold: boolean } = {
    pid: 0,
    sinceMs: undefined,
    isTold: false,
  };

  return (state, process) => {
    const pid = state.kind === 'recovering' || state.kind === 'stopping' ? state.pid : 0;
    if (pid !== held.pid) Object.assign(held, { pid, sinceMs: undefined, isTold: false });
    // One that stops has no startup process either; only one that had none before it was told to is still suspect.
    if (pid === 0 || held.isTold || (state.kind === 'stopping' && held.sinceMs === undefined)) return;
    const titles = childTitles(pid);
    if (process !== 'running' || titles.some((title) => startup.test(title))) {
      held.sinceMs = undefined;
      return;
    }
    held.sinceMs ??= clock.now();
    if (clock.now() - held.sinceMs < stuckAfterMs || titles.some((title) => untitled.test(title))) return;
    held.isTold = true;
    stuck();
  };
}
