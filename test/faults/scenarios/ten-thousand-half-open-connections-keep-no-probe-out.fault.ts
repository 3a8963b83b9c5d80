import { expect } from 'vitest';
import { crowdOfConnections } from '../../support/crowd-of-connections.ts';
import { faultTest } from '../harness/fault-test.ts';
import { countDescriptors, residentMiB } from '../harness/process-table.ts';

faultTest({
  name: 'Ten thousand half-open connections keep no probe out, and cost little memory and no descriptor for long',
  says: [],
  ends: 'stopped',
  timeoutMs: 180_000,
  run: async (day) => {
    const { running, managerPid } = await day.start();
    const load = await day.load();
    const beforeMiB = residentMiB(managerPid());
    const descriptors = countDescriptors(managerPid()) ?? 0;
    const words = day.lots.pick(['', 'GET /status HTT', `GET /status HTTP/1.1\r\nx: ${'y'.repeat(5_000)}\r\n`]);
    const opening = crowdOfConnections(await running.address(), 10_000, words);
    const held = { isOpen: false };
    void opening.finally(() => Object.assign(held, { isOpen: true }));
    while (!held.isOpen) {
      expect((await running.get('/readyz')).statusCode).toBe(200);
      expect((await running.get('/healthz')).statusCode).toBe(200);
      await day.wait(10, 50);
    }
    const crowd = await opening;
    expect(residentMiB(managerPid()) - beforeMiB).toBeLessThan(120);
    await expect.poll(() => countDescriptors(managerPid()), { timeout: 30_000 }).toBeLessThan(descriptors + 20);
    crowd.end();
    await load.progress(20);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
