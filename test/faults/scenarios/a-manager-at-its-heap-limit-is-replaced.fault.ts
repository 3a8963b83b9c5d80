import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';

/** Nothing that a client sends fills the heap, so a signal does. */
const gluttony = `
process.on('SIGUSR2', () => {
  for (const eaten = []; ; ) eaten.push(new Array(10_000).fill(eaten));
});
`;

faultTest({
  name: 'A manager that reaches its heap limit dies, PostgreSQL runs on, and the init starts a new one that takes it on',
  says: [/heap out of memory/, /the manager was killed by signal/, /this one takes it on/],
  ends: 'stopped',
  timeoutMs: 180_000,
  run: async (day) => {
    const glutton = join(day.place.folder, 'glutton.cjs');
    writeFileSync(glutton, gluttony);
    const { running, managerPid } = await day.start({
      init: true,
      environment: { NODE_OPTIONS: `--max-old-space-size=28 --require=${glutton}` },
    });
    const load = await day.load();
    const postmaster = day.postmasterPid();
    await day.wait(0, 500);
    const before = managerPid();
    sendSignal(before, 'SIGUSR2');
    await expect.poll(managerPid, { timeout: 60_000 }).not.toBe(before);
    await running.waitFor(({ postgres }) => postgres.ready, 30_000);
    await load.progress(50);
    expect(day.postmasterPid()).toBe(postmaster);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
