import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A postmaster that is killed is started again, and nothing acknowledged is lost',
  says: [/PostgreSQL ended without being asked to.*SIGKILL|SIGKILL.*PostgreSQL ended without being asked to/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    await day.wait(100, 1_000);
    sendSignal(day.postmasterPid(), 'SIGKILL');
    await running.waitFor(({ postgres }) => postgres.starts === 2 && postgres.ready, 30_000);
    await load.progress(100);
  },
});
