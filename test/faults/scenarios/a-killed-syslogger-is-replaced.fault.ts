import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';
import { serverChild } from '../harness/server-children.ts';

faultTest({
  name: 'A syslogger that is killed is replaced by PostgreSQL, and no session notices',
  says: [/redirecting log output to logging collector process/],
  ends: 'stopped',
  instance: { settings: { logging_collector: 'on', log_statement: 'mod' } },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const { postgres } = await running.status();
    for (let time = 0; time < 3; time += 1) {
      const before = await serverChild(day.postmasterPid, /: logger/);
      await day.wait(50, 300);
      sendSignal(before, 'SIGKILL');
      await expect.poll(() => serverChild(day.postmasterPid, /: logger/), { timeout: 10_000 }).not.toBe(before);
      await load.progress(50);
    }
    const after = await running.status();
    expect(after.postgres).toMatchObject({ pid: postgres.pid, crashRestarts: 0, crashes: 0, ready: true });
    expect(load.ledger().lostSessions).toBe(0);
  },
});
