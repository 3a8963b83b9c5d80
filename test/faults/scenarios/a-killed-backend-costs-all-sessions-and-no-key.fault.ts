import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A backend that is killed costs all sessions, PostgreSQL recovers in place, and nothing acknowledged is lost',
  says: [/client backend \(PID \d+\) was terminated by signal 9: Killed".*PostgreSQL started all its processes again/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const { postgres } = await running.status();
    const session = await running.client();
    const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
    await day.wait(100, 1_000);
    sendSignal(Number(rows[0]?.pid), 'SIGKILL');
    const after = await running.waitFor((status) => status.postgres.crashRestarts === 1 && status.postgres.ready);
    expect(after.postgres).toMatchObject({ pid: postgres.pid, starts: 1, crashes: 0 });
    expect(after.phase).toBe('Running');
    await load.progress(100);
  },
});
