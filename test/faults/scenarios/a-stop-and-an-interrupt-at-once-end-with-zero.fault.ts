import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'SIGTERM and SIGINT at once end the manager with 0, and nothing acknowledged is lost',
  says: [/"signal":"SIGTERM".*asked to stop/, /"signal":"SIGINT".*asked to stop/],
  ends: 0,
  unclean: 'two requests are one that insists',
  run: async (day) => {
    await day.start();
    await day.load();
    for (const pause of [0, 20, 100]) {
      const { running } = day.patient();
      await day.wait(50, 300);
      const [first, second] =
        day.lots.fraction() < 0.5 ? (['SIGTERM', 'SIGINT'] as const) : (['SIGINT', 'SIGTERM'] as const);
      running.signal(first);
      await day.wait(0, pause);
      running.signal(second);
      expect(await running.exited, running.output()).toEqual({ code: 0, signal: null });
      if (pause < 100) await day.start();
    }
  },
});
