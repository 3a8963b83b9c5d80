import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { busyBackend } from '../harness/busy-backend.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'Backends that compute when their postmaster dies are named and ended, and PostgreSQL is started without a crash counted for them',
  says: [
    /PostgreSQL ended without being asked to.*SIGKILL|SIGKILL.*PostgreSQL ended without being asked to/,
    /OrphansHoldMemory.*has died, but processes of it still hold its shared memory: \d+ \(postgres: postgres postgres \[local\] SELECT\)/,
    /"signal":"SIGTERM".*an orphan of a dead postmaster is told to end/,
  ],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const busy = [await busyBackend(running, 60), await busyBackend(running, 60)];
    await day.wait(100, 800);
    sendSignal(day.postmasterPid(), 'SIGKILL');
    const meanwhile = await running.waitFor(({ findings }) =>
      findings.some((one) => one.reason === 'OrphansHoldMemory'),
    );
    expect(meanwhile.phase).toBe('Starting');
    const held = meanwhile.findings.find((one) => one.reason === 'OrphansHoldMemory');
    for (const pid of busy) expect(held?.message).toContain(String(pid));
    const after = await running.waitFor(({ postgres }) => postgres.starts === 2 && postgres.ready, 20_000);
    expect(after.postgres.crashes).toBe(1);
    expect(after.findings).toEqual([]);
    await load.progress(100);
  },
});
