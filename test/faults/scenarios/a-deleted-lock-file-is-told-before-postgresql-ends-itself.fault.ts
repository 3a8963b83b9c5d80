import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

// PostgreSQL looks at its lock file once a minute.
faultTest({
  name: 'A postmaster.pid that is deleted under a running PostgreSQL is told at once, PostgreSQL ends itself within a minute and is started again',
  says: [
    /LockFileLost.*Somebody has removed postmaster.pid/,
    /data directory lock file is invalid.*PostgreSQL ended without being asked to/,
  ],
  ends: 'stopped',
  allowed: { lockFileByTest: true },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    rmSync(join(day.place.dataDirectory, 'postmaster.pid'));
    const told = await running.waitFor(
      ({ findings }) => findings.some(({ reason }) => reason === 'LockFileLost'),
      6_000,
    );
    expect(told.postgres).toMatchObject({ ready: true, starts: 1 });
    const after = await running.waitFor(({ postgres }) => postgres.starts === 2 && postgres.ready, 75_000);
    expect(after.findings).toEqual([]);
    await load.progress(100);
  },
});
