import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { lacksMounts, smallRunDisk } from '../harness/small-disk.ts';

faultTest({
  name: 'A run folder that becomes read-only disturbs nobody and is said; at a start it ends the manager with one sentence and 71',
  says: [
    /The disk of \S+\/run is read-only/,
    /What is in force could not be remembered for the next start: .* cannot be written: EROFS/,
    /^The run folder \S+\/run is on a disk that is read-only, and PostgreSQL has to write there; mount it/,
  ],
  ends: 71,
  lacks: lacksMounts,
  instance: { configuration: 'parameters: { work_mem: 5MB }\n' },
  run: async (day) => {
    const disk = day.keep(await smallRunDisk(day.place.runDirectory));
    const { running: first } = await day.start({ flags: ['--resync-interval', '1s'] });
    const load = await day.load();
    await day.wait(50, 500);
    await disk.remount('ro');
    day.place.writeConfiguration('parameters: { work_mem: 6MB }\n');
    await first.waitFor(({ findings }) => findings.length === 2);
    expect(await first.sql('SHOW work_mem')).toEqual([{ work_mem: '6MB' }]);
    await load.progress(30);
    expect(load.ledger().lostSessions).toBe(0);
    await disk.remount('rw');
    await first.waitFor(({ findings }) => findings.length === 0);
    await first.stop();
    await disk.remount('ro');
    const { running } = await day.start({ unready: true });
    expect(await running.exited).toEqual({ code: 71, signal: null });
    expect(running.output().trimEnd().split('\n')).toHaveLength(1);
    await disk.remount('rw');
  },
});
