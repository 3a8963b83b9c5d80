import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: "An address of the manager's own that is taken ends it with 69 before PostgreSQL is started",
  says: [/The address 127\.0\.0\.1:\d+ is in use by another process; choose another with --status-address/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load(2);
    await running.stop();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const flags = ['--status-address', `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`];
    const refused = await day.start({ unready: true, flags });
    expect(await refused.running.exited).toEqual({ code: 69, signal: null });
    expect(refused.running.output()).not.toMatch(/spawning/);
    other.close();
    await day.start();
    await load.progress(20);
  },
});
