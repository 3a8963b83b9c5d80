import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A port that somebody else has is told with its number, PostgreSQL is tried again, and starts when it is free',
  says: [/Address already in use.*on port \d+.*FATAL.*PostgreSQL ended without being asked to/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load(2);
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await running.stop();
    day.place.writeConfiguration(`parameters: { listen_addresses: 127.0.0.1, port: ${port} }\n`);
    const { running: next } = await day.start({ unready: true });
    const { postgres, findings } = await next.waitFor(({ postgres }) => postgres.crashes >= 3, 20_000);
    expect(postgres.ready).toBe(false);
    expect(postgres.lastFatal.join('\n')).toMatch(new RegExp(`Address already in use[^]*on port ${port}[^]*FATAL`));
    expect(findings).not.toContainEqual(expect.objectContaining({ reason: 'SafeMode' }));
    other.close();
    await next.waitFor((status) => status.postgres.ready, 20_000);
    expect(await next.sql('SHOW listen_addresses', { port })).toEqual([{ listen_addresses: '127.0.0.1' }]);
    day.place.writeConfiguration('');
    await day.place.command('restart');
    await next.ready();
    await load.progress(20);
  },
});
