import { expect } from 'vitest';
import { clusterState } from '../../integration/init/real-manager.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A stop while the configuration is being reloaded ends with 0, and the next start has the new configuration',
  says: [/asked to stop/],
  ends: 'stopped',
  run: async (day) => {
    await day.start();
    const load = await day.load(2);
    for (let round = 1; round <= 5; round += 1) {
      const { running } = day.patient();
      day.place.writeConfiguration(`parameters: { work_mem: ${round + 4}MB }\n`);
      await day.wait(0, 250);
      running.signal('SIGTERM');
      expect(await running.exited, running.output()).toEqual({ code: 0, signal: null });
      expect(clusterState(day.place.dataDirectory)).toBe('shut down');
      await day.start();
      const [row] = await day.patient().running.sql('SHOW work_mem');
      expect(row).toEqual({ work_mem: `${round + 4}MB` });
    }
    await load.progress(20);
  },
});
