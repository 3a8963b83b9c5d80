import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A run folder that is removed is told and made again, clients over TCP go on, and a restart brings the socket back',
  says: [
    /The socket .*\.s\.PGSQL\.\d+ is gone.*"?pg-instance-manager restart/,
    /the run folder was gone, and was made again/,
    /the control socket was gone, and was made again/,
  ],
  ends: 'stopped',
  allowed: { otherWay: 'the witness comes over the socket' },
  // A port of the day's own: the one that is chosen by a fixed number may be somebody's.
  run: async (day) => {
    const port = day.lots.between(20_000, 29_999);
    day.place.writeConfiguration(`parameters: { listen_addresses: 127.0.0.1, port: ${port} }\n`);
    const { running } = await day.start({ flags: ['--resync-interval', '2s'] });
    await running.sql('CREATE TABLE over_tcp (key int)', { port });
    // As if it were a folder in which everybody may make another.
    chmodSync(day.place.folder, 0o777);
    await day.wait(0, 300);
    // At once: while it is emptied file by file, somebody may put a new one into it.
    renameSync(day.place.runDirectory, join(day.place.folder, 'gone'));
    rmSync(join(day.place.folder, 'gone'), { recursive: true });
    const lost = await running.waitFor(
      ({ findings }) => findings.some(({ reason }) => reason === 'SocketLost'),
      10_000,
    );
    expect(lost.postgres.ready).toBe(true);
    await running.sql('INSERT INTO over_tcp VALUES (1)', { host: '127.0.0.1', port });
    await running.waitFor(({ postgres }) => postgres.ready && postgres.answer === 'accepting', 10_000);
    await expect
      .poll(() => existsSync(join(day.place.runDirectory, 'pg-instance-manager.sock')), { timeout: 10_000 })
      .toBe(true);
    expect(await day.place.command('restart')).toMatchObject({ exitCode: 0 });
    await running.waitFor(({ postgres, findings }) => postgres.ready && findings.length === 0, 10_000);
    expect(await running.sql('SELECT * FROM over_tcp', { port })).toEqual([{ key: 1 }]);
    day.place.writeConfiguration('');
    expect(await day.place.command('restart')).toMatchObject({ exitCode: 0 });
  },
});
