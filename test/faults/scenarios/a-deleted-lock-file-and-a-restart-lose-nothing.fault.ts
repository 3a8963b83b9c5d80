import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'After postmaster.pid was deleted or emptied, a restart on request stops PostgreSQL in order and puts all right',
  says: [/LockFileLost.*pg-instance-manager restart/],
  ends: 'stopped',
  allowed: { lockFileByTest: true },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const file = join(day.place.dataDirectory, 'postmaster.pid');
    if (day.lots.fraction() < 0.5) rmSync(file);
    else truncateSync(file);
    await running.waitFor(({ findings }) => findings.some(({ reason }) => reason === 'LockFileLost'), 6_000);
    expect(await day.place.command('restart')).toMatchObject({ exitCode: 0 });
    const after = await running.status();
    expect(after.postgres).toMatchObject({ starts: 2, crashes: 0, ready: true });
    expect(after.findings).toEqual([]);
    await load.progress(100);
  },
});
