import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { lacksMounts, smallRunDisk } from '../harness/small-disk.ts';

faultTest({
  name: 'A run folder on a full disk keeps no change of the configuration from being in force, and what cannot be remembered is said',
  says: [
    /The disk of \S+\/run is full: 0 KiB are free/,
    /What is in force could not be remembered for the next start: \S+\/run\/pg-instance-manager\.configuration\.json cannot be written: ENOSPC/,
    /finding is gone/,
  ],
  ends: 'stopped',
  lacks: lacksMounts,
  instance: { configuration: 'parameters: { work_mem: 5MB }\n' },
  run: async (day) => {
    const disk = day.keep(await smallRunDisk(day.place.runDirectory));
    const { running } = await day.start({ flags: ['--resync-interval', '1s'] });
    const load = await day.load();
    await day.wait(50, 500);
    disk.fill();
    for (const megabytes of [6, 7]) {
      day.place.writeConfiguration(`parameters: { work_mem: ${megabytes}MB }\n`);
      await expect
        .poll(() => running.sql('SHOW work_mem'), { timeout: 10_000 })
        .toEqual([{ work_mem: `${megabytes}MB` }]);
    }
    const full = await running.waitFor(({ findings }) => findings.length === 2);
    expect(full.findings.map(({ reason }) => reason)).toEqual(['DiskFull', 'NotRemembered']);
    // Once, not at every try.
    await day.wait(2_000, 2_500);
    expect(running.log().filter(({ msg }) => msg.includes('could not be remembered'))).toHaveLength(1);
    disk.makeRoom();
    await running.waitFor(({ findings }) => findings.length === 0);
    await load.progress(30);
    expect(load.ledger().lostSessions).toBe(0);
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashRestarts: 0 });
  },
});
