import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A manager that is killed under the init, several times, is started again and takes PostgreSQL on: no session is lost',
  says: [/"to":"starting"/],
  ends: 'stopped',
  run: async (day) => {
    const { running, managerPid } = await day.start({ init: true });
    const load = await day.load();
    const postmaster = day.postmasterPid();
    const times = day.lots.between(2, 3);
    for (let time = 0; time < times; time += 1) {
      const killed = managerPid();
      await day.wait(0, 500);
      sendSignal(killed, 'SIGKILL');
      await expect.poll(managerPid, { timeout: 20_000 }).not.toBe(killed);
      const after = await running.waitFor(({ postgres }) => postgres.ready, 20_000);
      expect(after.postgres).toMatchObject({ starts: 0, crashes: 0, crashRestarts: 0 });
    }
    expect(day.postmasterPid()).toBe(postmaster);
    await load.progress(50);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
