import { chmodSync, chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A postgresql.conf that PostgreSQL may not read: it runs with what it last had, and both are said',
  says: [
    /could not be read: permission denied/,
    /PostgreSQL did not start with .*postgresql.conf.*Permission denied.*so it runs/,
  ],
  ends: 'stopped',
  instance: { settings: { work_mem: '7MB' } },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load(2);
    await running.stop();
    const path = join(day.place.dataDirectory, 'postgresql.conf');
    const { uid, gid } = statSync(path);
    chownSync(path, 0, 0);
    chmodSync(path, 0o600);
    const { running: next } = await day.start({ unready: true });
    const { findings } = await next.waitFor(({ postgres }) => postgres.ready, 30_000);
    expect(findings).toContainEqual(expect.objectContaining({ reason: 'SafeMode', severity: 'error' }));
    expect(await next.sql('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
    await load.progress(20);
    chownSync(path, uid, gid);
    expect((await day.place.command('restart')).exitCode).toBe(0);
    await next.waitFor((status) => status.postgres.ready && status.findings.length === 0, 30_000);
    await load.progress(20);
  },
  lacks: () => (process.getuid?.() === 0 ? undefined : 'only root can give files to others'),
});
