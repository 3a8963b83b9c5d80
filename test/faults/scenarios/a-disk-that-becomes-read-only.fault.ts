import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { lacksLoopDisks, loopDisk } from '../harness/loop-disk.ts';
import { listProcesses } from '../harness/process-table.ts';

faultTest({
  name: 'A disk that breaks and becomes read-only under PostgreSQL is named, and nothing acknowledged is lost when it is repaired',
  says: [/The disk of \S+\/data is read-only/, /PostgreSQL ended without being asked to/],
  ends: 'stopped',
  lacks: lacksLoopDisks,
  run: async (day) => {
    const { dataDirectory, folder } = day.place;
    const disk = day.keep(await loopDisk(dataDirectory, join(folder, 'disk.img'), 192));
    const { running: first } = await day.start({ flags: ['--resync-interval', '1s', '--max-crashes', '4'] });
    const load = await day.load();
    await day.wait(200, 1_000);
    await disk.breakDown();
    await first.waitFor(({ findings }) => findings.some(({ reason }) => reason === 'DiskReadOnly'), 20_000);
    // It tries until it gives up, and a container would be made anew.
    const { code } = await first.exited;
    expect(code).not.toBe(0);
    const { running: again } = await day.start({ unready: true });
    expect(await again.exited).toEqual({ code: 71, signal: null });
    await expect
      .poll(() => listProcesses().filter((row) => row.folder === dataDirectory), { timeout: 10_000 })
      .toEqual([]);
    await disk.repair();
    const { running } = await day.start();
    await running.waitFor(({ findings }) => findings.length === 0);
    await load.progress(30);
  },
});
