import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { lacksMounts, smallDisk } from '../harness/small-disk.ts';

faultTest({
  name: 'A disk that is full when the settings change leaves the old ones in force, is named, and the new ones come when there is room',
  says: [
    /The disk of \S+\/data is full: 0 KiB are free/,
    /could not be put in force, so the ones before stay: \S+\/pg-instance-manager\.conf cannot be written: ENOSPC/,
    /finding is gone/,
  ],
  ends: 'stopped',
  lacks: lacksMounts,
  instance: { configuration: 'parameters: { work_mem: 5MB }\n' },
  run: async (day) => {
    const disk = day.keep(await smallDisk(day.place.dataDirectory, 256));
    const { running } = await day.start({ flags: ['--resync-interval', '1s'] });
    const load = await day.load();
    await day.wait(50, 500);
    disk.fill();
    day.place.writeConfiguration('parameters: { work_mem: 6MB }\n');
    const full = await running.waitFor(({ configuration }) => configuration.state === 'refused');
    expect(full.findings.map(({ reason }) => reason).toSorted()).toEqual(['DiskFull', 'SettingsRefused']);
    expect(await running.sql('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
    await day.wait(50, 1_000);
    disk.makeRoom();
    await running.waitFor(
      ({ configuration, findings }) => configuration.state === 'applied' && findings.length === 0,
      30_000,
    );
    expect(await running.sql('SHOW work_mem')).toEqual([{ work_mem: '6MB' }]);
    await load.progress(30);
  },
});
