// ⚡ Memory of the manager at rest.
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchContext, Measurement } from '../bench-context.ts';
import { startManagedAndWait } from '../managed-instance.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';
import { startNodeAlone } from '../node-alone.ts';
import { readResidentMib } from '../process-usage.ts';

const limitMib = 80;
const restMs = 10_000;
const samplesOfEach = 6;
const betweenSamplesMs = 1_000;

export const residentMemory: Measurement = { name: 'resident-memory', measure };

/** A sample a second of one process says little new, another process does: so several are started. */
async function measure(context: BenchContext): Promise<readonly MeasuredRow[]> {
  const { workshop, managed, runs } = context;
  const withManager: number[] = [];
  const alone: number[] = [];
  const processes = Math.ceil(runs / samplesOfEach);
  for (let round = 0; round < processes; round += 1) {
    const instance = await startManagedAndWait(workshop, managed);
    const node = startNodeAlone(workshop);
    await delay(restMs);
    for (let sample = 0; sample < samplesOfEach; sample += 1) {
      withManager.push(readResidentMib(instance.process.pid));
      alone.push(readResidentMib(node.pid));
      await delay(betweenSamplesMs);
    }
    instance.process.mustRun();
    node.mustRun();
    await Promise.all([instance.stop(), node.stop()]);
  }
  return [
    measuredRow({
      what: 'resident memory at rest',
      unit: 'MiB',
      samples: withManager,
      beside: { what: 'node alone', samples: alone },
      target: () => ({ statistic: 'p95', limit: limitMib, text: `${limitMib} MiB` }),
      note: `VmRSS with 4 extensions, after ${restMs / 1_000} s at rest: ${processes} managers, each looked at ${samplesOfEach} times, once a second.`,
    }),
  ];
}
