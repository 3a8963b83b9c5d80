import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

const elsewhere = ['unshare', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc'] as const;

faultTest({
  name: 'A second manager on the same data folder ends with 75 and one sentence, in another pid and IPC namespace too, and the first goes on',
  says: [/"to":"accepting"/],
  ends: 'stopped',
  lacks: () => (process.getuid?.() === 0 ? undefined : 'namespaces of its own need root'),
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    for (const wrapper of [[], elsewhere]) {
      const second = day.place.start({ wrapper, flags: ['--run-dir', `${day.place.folder}/second`] });
      expect(await second.exited).toEqual({ code: 75, signal: null });
      expect(second.output()).toMatch(/is in use by another manager; stop that one first/);
    }
    const after = await running.status();
    expect(after.postgres).toMatchObject({ ready: true, starts: 1, crashes: 0 });
    await load.progress(50);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
