import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A postmaster.pid without a pid, as a power cut leaves it, is removed when nobody can be behind it, and PostgreSQL starts',
  says: [/postmaster\.pid had no pid in it.*so it was removed/],
  ends: 'stopped',
  allowed: { lockFileByTest: true },
  run: async (day) => {
    const first = await day.start();
    const load = await day.load();
    await load.progress(50);
    await first.running.stop();
    day.place.writeData('postmaster.pid', day.lots.pick(['', '\0\0\0\0\0\0\0\0', '\n']));
    const { running } = await day.start();
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
    await load.progress(50);
  },
});
