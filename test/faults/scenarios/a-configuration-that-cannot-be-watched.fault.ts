import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';
import { lacksRoot, withoutInotify } from '../harness/without-inotify.ts';

faultTest({
  name: 'A configuration that cannot be watched, for want of inotify, is followed by looking again and again',
  says: [/cannot be watched.*EMFILE/],
  ends: 'stopped',
  lacks: lacksRoot,
  run: async (day) => {
    day.place.swapConfigMap('parameters: { work_mem: 5MB }\n');
    const { running } = await day.start({ wrapper: withoutInotify, flags: ['--resync-interval', '1s'] });
    const load = await day.load();
    for (const megabytes of [6, 7, 8]) {
      await day.wait(50, 1_000);
      day.place.swapConfigMap(`parameters: { work_mem: ${megabytes}MB }\n`);
      await expect
        .poll(() => running.sql('SHOW work_mem'), { timeout: 4_000 })
        .toEqual([{ work_mem: `${megabytes}MB` }]);
    }
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashRestarts: 0 });
    expect(load.ledger().lostSessions).toBe(0);
    expect(running.log().filter(({ msg }) => msg.includes('cannot be watched'))).toHaveLength(1);
    expect((await running.status()).findings).toMatchObject([{ severity: 'warning', reason: 'ConfigurationWarning' }]);
  },
});
