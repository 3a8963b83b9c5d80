import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { lacksMounts, smallDisk } from '../harness/small-disk.ts';

faultTest({
  name: 'A manager that is started on a full disk says so, waits, and PostgreSQL starts by itself when there is room',
  says: [
    /The disk of \S+\/data is full: 0 KiB are free/,
    /PostgreSQL ended without being asked to|could not write lock file.*No space left on device/,
  ],
  ends: 'stopped',
  lacks: lacksMounts,
  run: async (day) => {
    const disk = day.keep(await smallDisk(day.place.dataDirectory, 256));
    const { running: first } = await day.start();
    const load = await day.load();
    await day.wait(50, 500);
    await first.stop();
    disk.fill();
    const { running } = await day.start({ unready: true, flags: ['--resync-interval', '1s'] });
    const full = await running.waitFor(({ postgres }) => postgres.crashes > 0);
    expect(full.findings).toMatchObject([{ reason: 'DiskFull' }]);
    expect(full.postgres.lastFatal.join()).toContain('No space left on device');
    expect(full.postgres.ready).toBe(false);
    await day.wait(50, 1_000);
    disk.makeRoom();
    await running.waitFor(({ postgres, findings }) => postgres.ready && findings.length === 0, 30_000);
    await load.progress(30);
  },
});
