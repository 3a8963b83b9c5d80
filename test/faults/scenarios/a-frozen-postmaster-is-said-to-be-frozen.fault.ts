import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A postmaster that is frozen is said to be frozen and not ready, and when it is thawed all goes on without a lost session',
  says: [/the postmaster is frozen/, /the postmaster is thawed/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const { postgres } = await running.status();
    await day.wait(100, 500);
    sendSignal(postgres.pid, 'SIGSTOP');
    const frozen = await running.waitFor(({ phase }) => phase === 'Frozen');
    expect(frozen.postgres).toMatchObject({ pid: postgres.pid, ready: false, process: 'frozen' });
    expect((await running.get('/readyz')).statusCode).toBe(503);
    expect((await running.get('/healthz')).statusCode).toBe(200);
    await day.wait(500, 4_000);
    sendSignal(postgres.pid, 'SIGCONT');
    const thawed = await running.waitFor(({ phase, postgres: { ready } }) => phase === 'Running' && ready);
    expect(thawed.postgres).toMatchObject({ pid: postgres.pid, starts: 1, crashes: 0, crashRestarts: 0 });
    await load.progress(100);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
