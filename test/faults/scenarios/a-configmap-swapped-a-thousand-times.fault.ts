import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

const swaps = 1_000;
const withinMs = 10_000;

function workMem(kilobytes: number): string {
  return `parameters: { work_mem: ${kilobytes}kB }\n`;
}

/** What a collection of garbage leaves, and that of 4 kB for each swap would be above it. */
const mostHeapMiB = 28;

function heapMiB(metrics: string): number {
  return Number(/^nodejs_heap_size_used_bytes (\d+)/m.exec(metrics)?.[1]) / 2 ** 20;
}

faultTest({
  name: 'A ConfigMap that is swapped a thousand times in ten seconds is followed all the time, and its last state is in force a moment later',
  says: [/an action was carried out.*reload|reload.*an action was carried out/],
  ends: 'stopped',
  run: async (day) => {
    day.place.swapConfigMap(workMem(1_000));
    const { running } = await day.start();
    const load = await day.load();
    const beganMs = performance.now();
    for (let swap = 1; swap <= swaps; swap += 1) {
      day.place.swapConfigMap(workMem(1_000 + swap));
      await delay(Math.max(0, beganMs + (swap * withinMs) / swaps - performance.now()));
    }
    const [{ before } = {}] = await running.sql("SELECT current_setting('work_mem') AS before");
    // As it was swapped, not only when it was over.
    expect(Number.parseInt(String(before), 10)).toBeGreaterThan(1_000 + swaps / 2);
    await expect
      .poll(() => running.sql('SHOW work_mem'), { timeout: 2_000 })
      .toEqual([{ work_mem: `${1_000 + swaps}kB` }]);
    const { postgres } = await running.waitFor(
      ({ configuration, findings }) => configuration.state === 'applied' && findings.length === 0,
    );
    expect(postgres).toMatchObject({ starts: 1, crashRestarts: 0 });
    expect(load.ledger().lostSessions).toBe(0);
    const reloads = Number(
      /^pg_instance_manager_reloads_total\{result="applied"\} (\d+)/m.exec((await running.get('/metrics')).body)?.[1],
    );
    expect(reloads).toBeLessThan(swaps / 3);
    // Between two collections it only grows; that it is looked at so often brings the next one.
    await expect
      .poll(async () => heapMiB((await running.get('/metrics')).body), { timeout: 60_000, interval: 20 })
      .toBeLessThan(mostHeapMiB);
    await load.progress(50);
  },
});
