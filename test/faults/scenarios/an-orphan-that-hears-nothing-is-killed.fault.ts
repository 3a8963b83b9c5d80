import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { busyBackend } from '../harness/busy-backend.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'An orphan that is frozen is killed after seven seconds, although one crash more would have ended the manager',
  says: [/"signal":"SIGQUIT".*an orphan of a dead/, /"signal":"SIGKILL".*an orphan of a dead/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start({ flags: ['--max-crashes', '1'] });
    const load = await day.load();
    const busy = await busyBackend(running, 60);
    await day.wait(100, 500);
    sendSignal(busy, 'SIGSTOP');
    sendSignal(day.postmasterPid(), 'SIGKILL');
    await running.waitFor(({ findings }) => findings.some((one) => one.reason === 'OrphansHoldMemory'));
    const after = await running.waitFor(({ postgres }) => postgres.starts === 2 && postgres.ready, 30_000);
    expect(after.postgres.crashes).toBe(1);
    await load.progress(100);
  },
});
