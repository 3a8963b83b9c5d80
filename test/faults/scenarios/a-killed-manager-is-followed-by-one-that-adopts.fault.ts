import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A manager without the init that is killed, three times, is followed by one that takes PostgreSQL on: no session is lost',
  says: [/"to":"starting".*postmaster|postmaster.*"to":"starting"/],
  ends: 'stopped',
  run: async (day) => {
    let last = await day.start();
    const load = await day.load();
    const postmaster = day.postmasterPid();
    for (let time = 0; time < 3; time += 1) {
      await day.wait(0, 600);
      last.running.signal('SIGKILL');
      await last.running.exited;
      await load.progress(20);
      last = await day.start({ unready: day.lots.fraction() < 0.3 });
    }
    const after = await last.running.waitFor(({ postgres }) => postgres.ready, 20_000);
    expect(after.postgres).toMatchObject({ pid: postmaster, starts: 0, crashes: 0, crashRestarts: 0 });
    await load.progress(50);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
