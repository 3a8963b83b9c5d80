// ⚡ Tries whether a port can be listened on.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { DemoAddress } from './demo-arguments.ts';

/** Why nothing can listen on this address, in one sentence; `undefined` if it is free. Tried by binding to it. */
export async function findPortProblem(address: DemoAddress): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host: address.host, port: address.port, exclusive: true });
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const where = `${address.host}:${address.port}`;
    switch (code) {
      case 'EADDRINUSE':
        return `Port ${address.port} on ${address.host} is in use by another program, and the demo needs it for ${address.purpose}: stop that program, or choose another port with ${address.movedBy}.`;
      case 'EACCES':
        return `You may not listen on ${where} (${address.purpose}): choose a port above 1023 with ${address.movedBy}.`;
      default:
        return `Nothing can listen on ${where} (${address.purpose}; ${String(code ?? error)}): choose another address with ${address.movedBy}.`;
    }
  } finally {
    server.close();
  }
}
