import { expect } from 'vitest';
import { clusterState } from '../../integration/init/real-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A stop that is sent twice while a backend hangs is an immediate shutdown with 0, and nothing acknowledged is lost',
  says: [/asked to stop/, /received immediate shutdown request/],
  ends: 0,
  unclean: 'the second request insists',
  run: async (day) => {
    const { running } = await day.start();
    await day.load();
    const hanging = await running.client();
    const { rows } = await hanging.query('SELECT pg_backend_pid() AS pid');
    sendSignal(Number(rows[0].pid), 'SIGSTOP');
    running.signal('SIGTERM');
    await running.waitFor(({ phase }) => phase === 'Stopping');
    expect((await running.get('/readyz')).statusCode).toBe(503);
    await day.wait(0, 1_000);
    running.signal('SIGTERM');
    expect(await running.exited).toEqual({ code: 0, signal: null });
    expect(clusterState(day.place.dataDirectory)).toMatch(/in production|state 6/);
  },
});
