import type { Clock } from '../lib/clock.ts';
import type { ExitStatus } from './exit-status.ts';
import type { PostmasterListener, PostmasterProcess } from './postmaster-process.ts';
import type { ProcessStat } from './process-stat.ts';

/** How a manager that is not the parent of a postmaster hears of it and speaks to it. */
export interface AdoptionPorts {
  readonly clock: Clock;
  readonly observe: (pid: number) => ProcessStat | undefined;
  readonly signal: (pid: number, signal: NodeJS.Signals) => void;
  /** From the init, which is the parent now; undefined: there is no init of ours, and nobody can tell. */
  readonly onExited: ((listener: (pid: number, status: ExitStatus) => void) => void) | undefined;
}

/** Between two looks whether it is still there. */
const lookEachMs = 200;
/** What the init knows comes about as soon as it can be seen. */
const lastNewsMs = 500;

/**
 * Takes on a postmaster whose manager has died. Pid and start time together name it for good: another process that gets
 * the pid later is neither waited for nor signalled.
 */
export function adoptPostmaster(pid: number, ports: AdoptionPorts, listener: PostmasterListener): PostmasterProcess {
  const start = ports.observe(pid)?.startTicks;
  const held = { hasExited: false };
  const isThere = (): boolean => {
    const stat = ports.observe(pid);
    return stat !== undefined && stat.state !== 'defunct' && stat.startTicks === start;
  };

  function exited(status: ExitStatus): void {
    if (held.hasExited) return;
    held.hasExited = true;
    listener.exited(status);
  }

  async function untilGone(): Promise<void> {
    while (!held.hasExited && isThere()) await ports.clock.sleep(lookEachMs);
    if (!held.hasExited && ports.onExited !== undefined) await ports.clock.sleep(lastNewsMs);
    exited({ kind: 'unknown' });
  }

  ports.onExited?.((gone, status) => {
    if (gone === pid && !isThere()) exited(status);
  });
  void untilGone();
  return {
    pid,
    signal: (signal) => {
      if (isThere()) ports.signal(pid, signal);
    },
  };
}
