import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';
import { serverChild } from '../harness/server-children.ts';

faultTest({
  name: 'A checkpointer that is killed in the middle of a checkpoint is recovered from in place, by the same postmaster',
  says: [
    /checkpointer process \(PID \d+\) was terminated by signal 9: Killed".*PostgreSQL started all its processes again/,
  ],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const { postgres } = await running.status();
    await load.progress(day.lots.between(50, 300));
    const session = await running.client();
    session.query('CHECKPOINT').catch(() => undefined);
    await day.wait(0, 30);
    sendSignal(await serverChild(day.postmasterPid, /: checkpointer/), 'SIGKILL');
    const after = await running.waitFor((status) => status.postgres.crashRestarts === 1 && status.postgres.ready);
    expect(after.postgres).toMatchObject({ pid: postgres.pid, starts: 1, crashes: 0 });
    await load.progress(100);
  },
});
