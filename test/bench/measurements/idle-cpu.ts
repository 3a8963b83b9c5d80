// ⚡ What the manager costs while nothing happens.
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchContext, Measurement } from '../bench-context.ts';
import { untilAccepting } from '../first-connection.ts';
import { startManagedAndWait } from '../managed-instance.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';
import { readCpuSeconds, readOnCpuNs, readServerCpuSeconds } from '../process-usage.ts';

const limitPercent = 0.5;
const settleMs = 10_000;
const windowMs = 1_000;
const fewestWindows = 30;

export const idleCpu: Measurement = { name: 'idle-cpu', measure };

async function measure({ workshop, managed, bare, runs }: BenchContext): Promise<readonly MeasuredRow[]> {
  const instance = await startManagedAndWait(workshop, managed);
  const server = bare.start();
  await (await untilAccepting(bare.place.runDirectory, server.mustRun)).client.end();
  await delay(settleMs);
  const { pid } = instance.process;
  const before = { atMs: performance.now(), manager: readCpuSeconds(pid), server: readServerCpuSeconds(server.pid) };
  const samples: number[] = [];
  // Long enough for the look at configuration and folders that comes every 30 s to be in it.
  for (let window = 0; window < Math.max(fewestWindows, runs); window += 1) samples.push(await onePercentage(pid));
  const seconds = (performance.now() - before.atMs) / 1_000;
  const percentOf = (cpuSeconds: number): number => (100 * cpuSeconds) / seconds;
  const manager = percentOf(readCpuSeconds(pid) - before.manager);
  const bareServer = percentOf(readServerCpuSeconds(server.pid) - before.server);
  await Promise.all([instance.stop(), server.stop()]);
  return [
    measuredRow({
      what: 'idle CPU of the manager',
      unit: '%',
      samples,
      beside: { what: 'bare server', samples: [bareServer] },
      target: () => ({ statistic: 'mean', limit: limitPercent, text: `${limitPercent} %` }),
      note: `Of one core, 4 extensions, nobody asks anything: windows of a second, from the nanoseconds that the kernel counted for its threads, and their mean. utime + stime of all ${seconds.toFixed(0)} s: ${manager.toFixed(2)} %. Bare server: a postmaster and all its processes in the same time, one number.`,
    }),
  ];
}

async function onePercentage(pid: number): Promise<number> {
  const startMs = performance.now();
  const startNs = readOnCpuNs(pid);
  await delay(windowMs);
  const cpuMs = Number(readOnCpuNs(pid) - startNs) / 1e6;
  return (100 * cpuMs) / (performance.now() - startMs);
}
