// ⚡ Memory of the manager at rest.
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchContext, Measurement } from '../bench-context.ts';
import { type ManagedInstance, startManagedAndWait } from '../managed-instance.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';
import { startNodeAlone } from '../node-alone.ts';
import { readResidentMib } from '../process-usage.ts';
import type { RunningProcess } from '../processes.ts';

const limitMib = 80;
const samplesOfEach = 6;
const betweenSamplesMs = 1_000;
/** A heap at rest goes on growing for minutes before V8 collects it, so a single early look would flatter. */
const rests = [
  { seconds: 10, text: '10 s at rest' },
  { seconds: 120, text: '2 min at rest' },
] as const;

export const residentMemory: Measurement = { name: 'resident-memory', measure };

/** A sample a second of one process says little new, another process does: so several are started, side by side. */
async function measure({ workshop, runs }: BenchContext): Promise<readonly MeasuredRow[]> {
  const instances: ManagedInstance[] = [];
  const count = Math.ceil(runs / samplesOfEach);
  for (let index = 0; index < count; index += 1) {
    instances.push(await startManagedAndWait(workshop, workshop.place()));
  }
  const node = startNodeAlone(workshop);
  const startMs = performance.now();
  const rows: MeasuredRow[] = [];
  for (const { seconds, text } of rests) {
    await delay(Math.max(0, startMs + seconds * 1_000 - performance.now()));
    const { withManager, alone } = await lookSomeTimes(instances, node);
    rows.push(
      measuredRow({
        what: `resident memory after ${text}`,
        unit: 'MiB',
        samples: withManager,
        beside: { what: 'node alone', samples: alone },
        target: () => ({ statistic: 'p95', limit: limitMib, text: `${limitMib} MiB` }),
        note: `VmRSS with 4 extensions: ${count} managers, each looked at ${samplesOfEach} times, once a second.`,
      }),
    );
  }
  await Promise.all([...instances, node].map((one) => one.stop()));
  return rows;
}

async function lookSomeTimes(
  instances: readonly ManagedInstance[],
  node: RunningProcess,
): Promise<{ readonly withManager: readonly number[]; readonly alone: readonly number[] }> {
  const withManager: number[] = [];
  const alone: number[] = [];
  for (let look = 0; look < samplesOfEach; look += 1) {
    for (const { process: manager } of instances) {
      manager.mustRun();
      withManager.push(readResidentMib(manager.pid));
    }
    node.mustRun();
    alone.push(readResidentMib(node.pid));
    await delay(betweenSamplesMs);
  }
  return { withManager, alone };
}
