import { chmodSync, chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'Files that belong to another user end the manager with 71 and the command that mends them; a mode of 0777 is mended',
  says: [
    /may not use .*\/global\/pg_control, which belongs to uid 0.*chown -R/,
    /may not use .*\/base, which/,
    /the mode of the data folder was mended/,
  ],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load(2);
    await running.stop();
    const { dataDirectory } = day.place;
    for (const name of ['global/pg_control', 'base', 'PG_VERSION']) {
      const path = join(dataDirectory, name);
      const { mode, uid, gid } = statSync(path);
      chownSync(path, 0, 0);
      chmodSync(path, mode & 0o700);
      const refused = await day.start({ unready: true });
      expect(await refused.running.exited, refused.running.output()).toEqual({ code: 71, signal: null });
      expect(refused.running.output()).toContain(name);
      chownSync(path, uid, gid);
    }
    chmodSync(dataDirectory, 0o777);
    await day.start();
    expect(statSync(dataDirectory).mode & 0o777).toBe(0o700);
    await load.progress(20);
  },
  lacks: () => (process.getuid?.() === 0 ? undefined : 'only root can give files to others'),
});
