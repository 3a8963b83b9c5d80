import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { signalProcess } from '../lib/signal-process.ts';
import { observeProcess } from '../postmaster/observe-process.ts';

interface OneProcess {
  readonly pid: number;
  /** With the pid it names a process, whoever gets the pid afterwards. */
  readonly startTicks: number | undefined;
}

const patienceMs = 3_000;

/** Asks a process and all that it started to end, and does not ask again. `exited`: the first one has. */
export async function terminateTree(pid: number, exited: Promise<unknown>): Promise<void> {
  const tree = processTree(pid);
  for (const one of tree) signalProcess(one.pid, 'SIGTERM');
  await Promise.race([exited, delay(patienceMs, undefined, { ref: false })]);
  for (const one of tree) if (isStillThere(one)) signalProcess(one.pid, 'SIGKILL');
}

function isStillThere({ pid, startTicks }: OneProcess): boolean {
  const now = observeProcess(pid);
  return now !== undefined && now.startTicks === startTicks;
}

/** https://docs.kernel.org/filesystems/proc.html; where the kernel does not tell, it is the process alone. */
function processTree(pid: number): readonly OneProcess[] {
  return [{ pid, startTicks: observeProcess(pid)?.startTicks }, ...childrenOf(pid).flatMap(processTree)];
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
