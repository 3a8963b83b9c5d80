// ⚡ Probes and scrapes by the thousand, while PostgreSQL runs and while it is frozen.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { sendSignal } from '../../support/send-signal.ts';
import type { BenchContext, Measurement } from '../bench-context.ts';
import type { LoadAnswer, LoadRequest } from '../http-load-process.ts';
import { startManagedAndWait } from '../managed-instance.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';
import { startBareHttp } from '../node-alone.ts';
import { readResidentMib } from '../process-usage.ts';

const limitMs = 20;
const load = { requestsPerSecond: 1_000, seconds: 10, warmUpSeconds: 1, connections: 16 } as const;
const patienceMs = 5_000;
const generator = fileURLToPath(new URL('../http-load-process.ts', import.meta.url));

export const httpLoad: Measurement = { name: 'http-load', measure };

async function measure({ workshop, managed }: BenchContext): Promise<readonly MeasuredRow[]> {
  const instance = await startManagedAndWait(workshop, managed);
  const bareHttp = startBareHttp(workshop);
  const alone = await latencies({ port: await bareHttp.port, path: '/', expectedStatus: 200 });
  await bareHttp.process.stop();
  const row = async (path: string, expectedStatus: number, when: string): Promise<MeasuredRow> =>
    measuredRow({
      what: `${path} at ${load.requestsPerSecond}/s${when}`,
      unit: 'ms',
      samples: await latencies({ port: instance.statusPort, path, expectedStatus }),
      beside: { what: 'node:http alone', samples: alone },
      target: () => ({ statistic: 'p99', limit: limitMs, text: `${limitMs} ms` }),
      note: `${load.seconds} s at a fixed rate over ${load.connections} connections from another process; from the time a request was due until its answer was there, each answer a 200, or of /readyz while the postmaster is frozen by SIGSTOP a 503. The generator itself can be 1 to 2 ms late, which is counted.`,
    });
  const running = [await row('/readyz', 200, ''), await row('/metrics', 200, '')];
  const memory = measuredRow({
    what: 'resident memory after these requests',
    unit: 'MiB',
    samples: [readResidentMib(instance.process.pid)],
    note: 'VmRSS of the one manager that was just asked 22,000 times, for comparison with the one at rest.',
  });
  const postmaster = instance.postmaster();
  sendSignal(postmaster, 'SIGSTOP');
  try {
    await untilReadiness(instance.statusPort, 503);
    running.push(await row('/readyz', 503, ', frozen'), await row('/metrics', 200, ', frozen'));
  } finally {
    sendSignal(postmaster, 'SIGCONT');
  }
  await untilReadiness(instance.statusPort, 200);
  await instance.stop();
  return [...running, memory];
}

async function untilReadiness(port: number, expected: number): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    await response.text();
    if (response.status === expected) return;
    await delay(50);
  }
  throw new Error(`/readyz did not become ${expected} within ${patienceMs / 1_000} s`);
}

async function latencies(request: Pick<LoadRequest, 'port' | 'path' | 'expectedStatus'>): Promise<readonly number[]> {
  const { stdout } = await execa(process.execPath, [generator, JSON.stringify({ ...load, ...request })]);
  const answer: LoadAnswer = JSON.parse(stdout);
  if (answer.latenciesMs.length !== load.requestsPerSecond * load.seconds) throw new Error('answers are missing');
  return answer.latenciesMs;
}
