import { chownSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { addSettings } from '../../integration/run/instance-folder.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A folder for the socket that is missing at a start is named, the socket is in the run folder meanwhile, and in its place when it is there',
  says: [/PostgreSQL did not start with .*unix_socket_directories.*No such file or directory.*so it runs/],
  ends: 'stopped',
  allowed: { otherWay: 'the witness comes over the socket in the run folder' },
  run: async (day) => {
    const { running: first } = await day.start();
    const load = await day.load();
    await first.stop();
    const sockets = join(day.place.folder, 'sockets');
    addSettings(day.place.dataDirectory, { unix_socket_directories: sockets });
    const { running } = await day.start({ unready: true });
    const { findings } = await running.waitFor(({ postgres }) => postgres.ready, 20_000);
    expect(findings).toMatchObject([{ reason: 'SafeMode', subject: 'parameter/unix_socket_directories' }]);
    await load.progress(20);
    const { uid, gid, mode } = statSync(day.place.runDirectory);
    mkdirSync(sockets, mode);
    if (process.getuid?.() === 0) chownSync(sockets, uid, gid);
    expect((await day.place.command('restart')).exitCode).toBe(0);
    await running.waitFor((status) => status.postgres.ready && status.findings.length === 0, 10_000);
    expect(await running.sql('SHOW unix_socket_directories', { host: sockets })).toEqual([
      { unix_socket_directories: sockets },
    ]);
    addSettings(day.place.dataDirectory, { unix_socket_directories: day.place.runDirectory });
    expect((await day.place.command('restart')).exitCode).toBe(0);
    await load.progress(20);
    rmSync(sockets, { recursive: true });
  },
});
