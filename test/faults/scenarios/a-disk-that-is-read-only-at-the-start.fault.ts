import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { lacksMounts, smallDisk } from '../harness/small-disk.ts';

faultTest({
  name: 'A data folder on a disk that is mounted read-only ends the manager at its start with one sentence and 71',
  says: [/^The data folder \S+\/data is on a disk that is read-only, and PostgreSQL has to write there; mount it/],
  ends: 71,
  lacks: lacksMounts,
  run: async (day) => {
    const disk = day.keep(await smallDisk(day.place.dataDirectory, 256));
    const { running: first } = await day.start();
    const load = await day.load();
    await load.progress(30);
    await first.stop();
    await disk.remount('ro');
    const { running } = await day.start({ unready: true });
    expect(await running.exited).toEqual({ code: 71, signal: null });
    expect(running.output().trimEnd().split('\n')).toHaveLength(1);
    await disk.remount('rw');
  },
});
