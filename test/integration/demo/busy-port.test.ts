import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { findPortProblem } from '../../../src/demo/busy-port.ts';
import { findFreePort } from './demo-server.ts';

const address = { host: '127.0.0.1', purpose: 'the status', movedBy: '--status-address' };

it('finds nothing wrong with a free port, and leaves it free', async () => {
  const port = await findFreePort();
  expect(await findPortProblem({ ...address, port })).toBeUndefined();
  expect(await findPortProblem({ ...address, port })).toBeUndefined();
});

it('says in a sentence which port is in use, what for, and how to choose another', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const bound = server.address();
  const port = bound === null || typeof bound === 'string' ? 0 : bound.port;
  expect(await findPortProblem({ ...address, port })).toBe(
    `Port ${port} on 127.0.0.1 is in use by another program, and the demo needs it for the status: stop that program, or choose another port with --status-address.`,
  );
  server.close();
});

it('says in a sentence that an address is not one of this machine', async () => {
  const problem = await findPortProblem({ ...address, host: '192.0.2.1', port: 8000 });
  expect(problem).toContain('Nothing can listen on 192.0.2.1:8000 (the status; EADDRNOTAVAIL)');
});
