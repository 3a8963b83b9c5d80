import type pg from 'pg';
import { expect } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { faultTest } from '../harness/fault-test.ts';

/** Opens sessions until there is no place left; the last words are the server's. */
async function fill(
  running: RunningManager,
  user: string,
): Promise<{ clients: readonly pg.Client[]; refusal: string }> {
  const clients: pg.Client[] = [];
  for (;;) {
    try {
      clients.push(await running.client({ user }));
    } catch (error) {
      return { clients, refusal: error instanceof Error ? error.message : String(error) };
    }
  }
}

faultTest({
  name: 'Connections that are used up are no outage: ready, the status says full or goes on, a change is applied, and places that are free are used',
  says: [/sorry, too many clients already/, /remaining connection slots are reserved/],
  ends: 'stopped',
  instance: { settings: { max_connections: '14', superuser_reserved_connections: '4' } },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load(2);
    const first = await running.client();
    await first.query('CREATE ROLE app LOGIN');
    const users = await fill(running, 'app');
    expect(users.refusal).toMatch(/remaining connection slots are reserved|too many clients/);
    await day.wait(0, 1_000);
    // It has a session, and places that are reserved for superusers.
    expect((await running.status()).postgres).toMatchObject({ ready: true, answer: 'accepting' });
    await fill(running, 'postgres');
    await first.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pg-instance-manager%'",
    );
    // Others take its place; it may get one back for a moment when it has given another back.
    await expect
      .poll(
        async () => {
          const { refusal } = await fill(running, 'postgres');
          expect(refusal).toMatch(/too many clients/);
          return (await running.status()).postgres.answer;
        },
        { timeout: 20_000, interval: 50 },
      )
      .toBe('full');
    const full = await running.status();
    expect(full.postgres).toMatchObject({ ready: true, inRecovery: null });
    expect(full.phase).toBe('Running');
    expect((await running.get('/readyz')).statusCode).toBe(200);
    await load.progress(20);
    day.place.writeConfiguration('parameters: { work_mem: 9MB }\n');
    await expect
      .poll(async () => (await first.query('SHOW work_mem')).rows, { timeout: 10_000 })
      .toEqual([{ work_mem: '9MB' }]);
    await first.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name = '' AND state = 'idle'",
    );
    await running.waitFor(
      ({ postgres, configuration }) => postgres.answer === 'accepting' && configuration.state === 'applied',
      20_000,
    );
    await load.progress(20);
  },
});
