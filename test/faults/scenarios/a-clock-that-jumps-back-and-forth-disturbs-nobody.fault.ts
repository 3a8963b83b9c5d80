import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { fakeClock, lacksFakeClock } from '../harness/fake-clock.ts';
import { faultTest } from '../harness/fault-test.ts';

const hours = 3_600;

faultTest({
  name: 'A clock that jumps back and forth by hours and months disturbs nobody, and the status has the time of day',
  says: [/PostgreSQL ended without being asked to/],
  ends: 'stopped',
  run: async (day) => {
    const clock = fakeClock(day.place);
    const { running } = await day.start({ environment: clock.environment, binDirectory: clock.binDirectory });
    const load = await day.load(2);
    for (const ahead of [hours, -2 * hours, 24 * 90 * hours, -24 * 90 * hours, 3]) {
      clock.set(ahead);
      await day.wait(200, 700);
      await load.progress(20);
      // A look that was made since then.
      const isNow = (iso: string | null): boolean =>
        Math.abs(Date.parse(iso ?? '') - (Date.now() + ahead * 1_000)) < 5_000;
      const status = await running.waitFor(({ observedAt }) => isNow(observedAt), 5_000);
      expect(status.findings, JSON.stringify([status.findings, status.restartRequired])).toEqual([]);
      expect(status).toMatchObject({ phase: 'Running', postgres: { ready: true, crashes: 0 } });
      expect(status.observationAgeMs).toBeLessThan(5_000);
      expect((await running.get('/readyz')).statusCode).toBe(200);
      expect(
        await running.sql(
          'SELECT abs(extract(epoch FROM now()) - $1) < 10 AS is_now'.replace('$1', String(Date.now() / 1_000 + ahead)),
        ),
      ).toEqual([{ is_now: true }]);
    }
    // What waits, waits as long as ever: the pause after a crash, and a change of the configuration.
    clock.set(-24 * hours);
    sendSignal(day.postmasterPid(), 'SIGKILL');
    await running.waitFor(({ phase }) => phase === 'CrashBackoff', 5_000);
    clock.set(24 * hours);
    await running.waitFor(({ postgres }) => postgres.starts === 2 && postgres.ready, 15_000);
    day.place.writeConfiguration('parameters: { work_mem: 9MB }\n');
    clock.set(-hours);
    await expect.poll(() => running.sql('SHOW work_mem'), { timeout: 5_000 }).toEqual([{ work_mem: '9MB' }]);
    await load.progress(50);
  },
  lacks: lacksFakeClock,
});
