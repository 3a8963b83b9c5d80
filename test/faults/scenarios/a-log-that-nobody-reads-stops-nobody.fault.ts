import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { residentMiB } from '../harness/process-table.ts';

const shout = `DO $$BEGIN FOR i IN 1..1500 LOOP RAISE LOG '%', repeat('x', 30000); END LOOP; END$$`;

faultTest({
  name: 'A log that nobody reads for 30 s stops neither PostgreSQL nor the manager, and afterwards says how much is missing',
  says: [/"lost":\d+.*lines of the log were lost/],
  ends: 'stopped',
  timeoutMs: 180_000,
  run: async (day) => {
    const { running, managerPid } = await day.start();
    const load = await day.load();
    const beforeMiB = residentMiB(managerPid());
    running.stdout('left');
    const untilMs = performance.now() + 30_000;
    // Some 45 MB, of which the manager keeps 16.
    await running.sql(shout);
    while (performance.now() < untilMs) {
      await load.progress(20);
      expect((await running.get('/readyz')).statusCode).toBe(200);
      await day.wait(200, 1_000);
    }
    expect(residentMiB(managerPid()) - beforeMiB).toBeLessThan(120);
    running.stdout('read');
    await running.sql(shout);
    await load.progress(50);
    expect(load.ledger().lostSessions).toBe(0);
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashes: 0, crashRestarts: 0 });
  },
});
