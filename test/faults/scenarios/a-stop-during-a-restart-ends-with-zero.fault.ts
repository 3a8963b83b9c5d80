import { expect } from 'vitest';
import { clusterState } from '../../integration/init/real-manager.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A stop while PostgreSQL is being restarted on request ends with 0, and who asked for the restart is told',
  says: [/asked to stop/],
  ends: 'stopped',
  run: async (day) => {
    await day.start();
    const load = await day.load(2);
    for (let round = 0; round < 5; round += 1) {
      const { running } = day.patient();
      const restart = day.place.command('restart');
      await running.waitForLog(({ from, to }) => from === 'accepting' && to === 'stopping');
      await day.wait(0, 250);
      running.signal('SIGTERM');
      expect(await running.exited, running.output()).toEqual({ code: 0, signal: null });
      expect(clusterState(day.place.dataDirectory)).toBe('shut down');
      const { exitCode, stdout, stderr } = await restart;
      // It may have been over before the stop came.
      if (exitCode !== 0) {
        expect(stdout + stderr).toMatch(
          /PostgreSQL has ended|as it does when it is stopped meanwhile|No manager answers/,
        );
        expect([69, 70]).toContain(exitCode);
      }
      await day.start();
    }
    await load.progress(20);
  },
});
