import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';
import { serverChild } from '../harness/server-children.ts';

// Before redo, PostgreSQL 18.4 gets into a state that it never leaves; later it ends with 1.
faultTest({
  name: 'A startup process that is killed while PostgreSQL recovers in place from a crash does not leave it stuck',
  says: [
    /client backend \(PID \d+\) was terminated by signal 9: Killed".*PostgreSQL started all its processes again/,
    /PostgreSQL is stuck|PostgreSQL ended without being asked to.*exit code 1/,
  ],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const postmaster = day.postmasterPid();
    const session = await running.client();
    const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
    await day.wait(0, 300);
    sendSignal(Number(rows[0]?.pid), 'SIGKILL');
    const startup = await serverChild(() => postmaster, /^postgres: startup/, { at: 'once' });
    await day.wait(0, 3);
    sendSignal(startup, 'SIGKILL');
    const after = await running.waitFor(({ postgres }) => postgres.starts === 2 && postgres.ready, 40_000);
    expect(after.findings).toEqual([]);
    await load.progress(100);
  },
});
