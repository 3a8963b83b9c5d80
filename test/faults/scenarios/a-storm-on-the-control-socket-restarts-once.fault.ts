import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A thousand reloads, restarts and questions at once on the control socket restart PostgreSQL a few times at most',
  says: [/asked to stop/],
  ends: 'stopped',
  timeoutMs: 180_000,
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const { starts } = (await running.status()).postgres;
    const asked = Array.from({ length: 1_000 }, (_, index) => {
      const [method, path] = day.lots.pick([
        ['POST', '/reload'],
        ['POST', '/restart'],
        ['GET', '/status'],
      ]);
      return index % 10 === 0 ? running.control('POST', '/restart') : running.control(method, path);
    });
    const answers = await Promise.all(asked.map((one) => one.then(({ statusCode }) => statusCode).catch(() => 0)));
    // Those that are too many at a time are told so or not let in; nobody hangs.
    expect(answers.filter((code) => code === 200).length).toBeGreaterThan(10);
    const { postgres } = await running.waitFor((status) => status.postgres.ready, 30_000);
    expect(postgres.starts - starts).toBeGreaterThan(0);
    expect(postgres.starts - starts).toBeLessThan(12);
    expect(postgres).toMatchObject({ crashes: 0, crashRestarts: 0 });
    await load.progress(20);
  },
});
