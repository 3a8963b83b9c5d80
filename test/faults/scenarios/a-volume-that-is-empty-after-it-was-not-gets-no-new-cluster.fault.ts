import { mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A data folder that is suddenly empty ends the manager with 78, and gets no new cluster, as long as the run folder remembers one',
  says: [/is empty, but PostgreSQL has already run here, .*its volume seems to be gone/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load(2);
    await running.waitForLog(({ action }) => action === 'remember-configuration');
    await running.stop();
    const { dataDirectory } = day.place;
    renameSync(dataDirectory, `${dataDirectory}.away`);
    mkdirSync(dataDirectory);
    const refused = await day.start({ unready: true, environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' } });
    expect(await refused.running.exited).toEqual({ code: 78, signal: null });
    expect(readdirSync(dataDirectory)).toEqual([]);
    rmdirSync(dataDirectory);
    renameSync(`${dataDirectory}.away`, dataDirectory);
    await day.start();
    await load.progress(20);
  },
});
