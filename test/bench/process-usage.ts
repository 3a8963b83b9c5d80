// ⚡ Reads what processes use.
import { readdirSync, readFileSync } from 'node:fs';
import { observeProcess } from '../../src/postmaster/observe-process.ts';
import { parseCpuTicks, parseMachineTicks, parseResidentMib } from './proc-text.ts';

/** The clock tick of proc(5), which is this on every Linux that Node runs on. */
const ticksPerSecond = 100;

export function readResidentMib(pid: number): number {
  return known(parseResidentMib(readFileSync(`/proc/${pid}/status`, 'utf8')), pid);
}

/** Seconds of CPU time of a process with all its threads, to 10 ms. */
export function readCpuSeconds(pid: number): number {
  return known(parseCpuTicks(readFileSync(`/proc/${pid}/stat`, 'utf8')), pid).own / ticksPerSecond;
}

/** Nanoseconds that the threads of a process were on a CPU. The kernel's ticks are too coarse for a single second. */
export function readOnCpuNs(pid: number): bigint {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads
    .map((thread) => BigInt(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0] ?? ''))
    .reduce((sum, one) => sum + one, 0n);
}

/** Seconds of CPU time of a postmaster and all that it has started, those that ended included. */
export function readServerCpuSeconds(postmaster: number): number {
  const own = known(parseCpuTicks(readFileSync(`/proc/${postmaster}/stat`, 'utf8')), postmaster);
  const children = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && observeProcess(pid)?.parentPid === postmaster)
    .map(readCpuSeconds);
  return (own.own + own.endedChildren) / ticksPerSecond + children.reduce((sum, one) => sum + one, 0);
}

export function readMachineTicks(): { readonly busy: number; readonly all: number } {
  return known(parseMachineTicks(readFileSync('/proc/stat', 'utf8')), 'stat');
}

/** Ticks of CPU time of this process and of everything that it started and that has ended. */
export function readOwnTicks(): number {
  const ticks = known(parseCpuTicks(readFileSync('/proc/self/stat', 'utf8')), 'self');
  return ticks.own + ticks.endedChildren;
}

function known<T>(value: T | undefined, what: number | string): T {
  if (value === undefined) throw new Error(`/proc/${what} has not what was expected`);
  return value;
}
