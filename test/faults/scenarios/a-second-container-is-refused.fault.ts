import { expect } from 'vitest';
import { startContainer } from '../../integration/init/real-manager.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A second container on the same data folder ends with 75 and one sentence, and the first goes on',
  says: [/"to":"accepting"/],
  ends: 'stopped',
  lacks: () => (process.getuid?.() === 0 ? undefined : 'namespaces of its own need root'),
  run: async (day) => {
    const { running } = await day.start({ init: true });
    const load = await day.load();
    const flags = ['--run-dir', `${day.place.folder}/second`];
    const environment = { FAULTS_DAY: day.place.folder };
    const { outside } = await startContainer(day.place, environment, flags, ['unshare', '--net', '--ipc']);
    expect(await outside.exited).toEqual({ code: 75, signal: null });
    expect(outside.output()).toMatch(/is in use by another manager; stop that one first/);
    expect((await running.status()).postgres).toMatchObject({ ready: true, starts: 1, crashes: 0 });
    await load.progress(50);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
