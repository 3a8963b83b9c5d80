import { renameSync } from 'node:fs';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A data folder that is moved away from under PostgreSQL is told at once, and all is well when it is back',
  says: [
    /The data folder .* is gone, or empty.*Mount the volume again/,
    /finding is gone.*DataFolderLost|DataFolderLost.*finding is gone/,
  ],
  ends: 'stopped',
  allowed: { lockFileByTest: true },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const { dataDirectory } = day.place;
    await day.wait(0, 500);
    renameSync(dataDirectory, `${dataDirectory}.away`);
    const { findings, postgres } = await running.waitFor(
      (status) => status.findings.some(({ reason }) => reason === 'DataFolderLost'),
      10_000,
    );
    expect(postgres).toMatchObject({ ready: true, crashes: 0 });
    day.place.writeConfiguration('parameters: { work_mem: 9MB }\n');
    await load.progress(50);
    expect(findings.map(({ reason }) => reason)).toEqual(['DataFolderLost']);
    renameSync(`${dataDirectory}.away`, dataDirectory);
    await running.waitFor((status) => status.findings.length === 0 && status.configuration.state === 'applied', 10_000);
    await expect.poll(() => running.sql('SHOW work_mem'), { timeout: 10_000 }).toEqual([{ work_mem: '9MB' }]);
    await load.progress(50);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
