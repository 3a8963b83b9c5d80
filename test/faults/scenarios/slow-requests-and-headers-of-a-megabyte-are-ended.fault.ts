import { expect } from 'vitest';
import { talk } from '../../support/crowd-of-connections.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'Requests that come byte by byte, and headers of a megabyte, are ended while probes are answered',
  says: [],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const address = await running.address();
    const huge = talk(address, ['GET /status HTTP/1.1\r\n', `x: ${'y'.repeat(1_048_576)}\r\n`, '\r\n']);
    const slow = Array.from({ length: 50 }, () =>
      talk(address, ['GET /status HTTP/1.1\r\n', ...'x: yyyyyyyyyyyyyyyy'], day.lots.between(300, 900)),
    );
    const probes = (async () => {
      for (let count = 0; count < 40; count += 1) {
        expect((await running.get('/readyz')).statusCode).toBe(200);
        await day.wait(50, 200);
      }
    })();
    expect((await huge).answer).not.toMatch(/^HTTP\/1\.1 200/);
    for (const { answer, tookMs } of await Promise.all(slow)) {
      expect(answer).not.toMatch(/^HTTP\/1\.1 200/);
      expect(tookMs).toBeLessThan(30_000);
    }
    await probes;
    await load.progress(20);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
