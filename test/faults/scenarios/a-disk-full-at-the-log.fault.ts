import { chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { lacksMounts, smallDisk } from '../harness/small-disk.ts';

faultTest({
  // PostgreSQL itself says nothing of it: its logger has nowhere else to write to.
  name: "A disk that is full at PostgreSQL's own log costs lines of the log and nothing else, and is named",
  says: [/The disk of \S+\/log is full: 0 KiB are free/],
  ends: 'stopped',
  lacks: lacksMounts,
  instance: { settings: { logging_collector: 'on', log_directory: 'log', log_statement: 'all' } },
  run: async (day) => {
    const folder = join(day.place.dataDirectory, 'log');
    mkdirSync(folder, { mode: 0o700 });
    const { uid, gid } = statSync(day.place.dataDirectory);
    chownSync(folder, uid, gid);
    const disk = day.keep(await smallDisk(folder, 24));
    const { running } = await day.start({ flags: ['--resync-interval', '1s'] });
    const load = await day.load();
    await day.wait(50, 500);
    disk.fill();
    await running.waitFor(({ findings }) => findings.some(({ reason }) => reason === 'DiskFull'));
    await load.progress(50);
    await day.wait(50, 1_000);
    disk.makeRoom();
    await running.waitFor(({ findings }) => findings.length === 0, 10_000);
    await load.progress(30);
    expect(load.ledger().lostSessions).toBe(0);
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashRestarts: 0, ready: true });
  },
});
