import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A log whose reader goes away for good costs the log and nothing else, over a restart too',
  says: [],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    await day.wait(0, 500);
    running.stdout('closed');
    await running.sql(`DO $$BEGIN FOR i IN 1..200 LOOP RAISE LOG '%', repeat('x', 30000); END LOOP; END$$`);
    await load.progress(50);
    expect(load.ledger().lostSessions).toBe(0);
    expect(await day.place.command('restart')).toMatchObject({ exitCode: 0 });
    await load.progress(50);
    expect((await running.status()).postgres).toMatchObject({ starts: 2, crashes: 0, ready: true });
  },
});
