import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'Data of another major version end the manager with 78 after one try, which no further one could mend',
  says: [
    /cannot use the data folder .* and will not be able to: .*initialized by PostgreSQL version 17, .* this version 18.*pg_upgrade/,
  ],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load(2);
    await running.stop();
    for (const version of ['17', 'x']) {
      day.place.writeData('PG_VERSION', `${version}\n`);
      const refused = await day.start({ unready: true, init: version === 'x' && process.getuid?.() === 0 });
      expect(await refused.running.exited).toEqual({ code: 78, signal: null });
      expect(refused.running.output().match(/"to":"spawning"/g)).toHaveLength(1);
    }
    day.place.writeData('PG_VERSION', '18\n');
    await day.start();
    await load.progress(20);
  },
});
