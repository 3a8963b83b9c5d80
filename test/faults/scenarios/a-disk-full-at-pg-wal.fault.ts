import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { lacksMounts, smallDisk } from '../harness/small-disk.ts';

faultTest({
  name: 'A disk that is full at pg_wal ends PostgreSQL, which is said with the reason, and it starts by itself when there is room',
  says: [
    /The disk of \S+\/pg_wal is full: 0 KiB are free, less than the 16 MiB of the next WAL segment/,
    /PANIC: {2}could not write to file .{1,2}pg_wal\/xlogtemp.*No space left on device/,
    /finding is gone/,
  ],
  ends: 'stopped',
  lacks: lacksMounts,
  run: async (day) => {
    const disk = day.keep(await smallDisk(join(day.place.dataDirectory, 'pg_wal'), 96));
    const { running } = await day.start({ flags: ['--max-crashes', '50', '--resync-interval', '1s'] });
    const load = await day.load();
    await running.sql("CREATE TABLE bulk AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 1000)");
    disk.fill();
    const client = await running.client();
    const fill = async (): Promise<void> => {
      for (let round = 0; round < 200; round += 1) await client.query('INSERT INTO bulk SELECT x FROM bulk LIMIT 2000');
    };
    await expect(fill()).rejects.toThrow();
    const full = await running.waitFor(({ findings }) => findings.some(({ reason }) => reason === 'DiskFull'));
    expect(full.findings.find(({ reason }) => reason === 'DiskFull')?.message).toContain('/pg_wal');
    await running.waitFor(({ postgres }) =>
      postgres.lastFatal.some((line) => line.includes('No space left on device')),
    );
    await day.wait(50, 1_500);
    disk.makeRoom();
    await running.waitFor(({ postgres, findings }) => postgres.ready && findings.length === 0, 40_000);
    await load.progress(30);
  },
});
