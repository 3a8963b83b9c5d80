import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A frozen postmaster whose manager is asked to stop is thawed and shut down in order',
  says: [/the postmaster is frozen/, /asked to stop/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    await day.load();
    await day.wait(100, 500);
    sendSignal(day.postmasterPid(), 'SIGSTOP');
    await running.waitFor(({ phase }) => phase === 'Frozen');
    await day.wait(0, 1_000);
    expect(await running.stop()).toEqual({ code: 0, signal: null });
  },
});
