import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { BoundAddress } from './bound-address.ts';

export interface RunningServer {
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** Lets an app answer on an address that was bound before it was there. */
export async function serveOn(app: FastifyInstance, bound: BoundAddress): Promise<RunningServer> {
  await app.ready();
  const address = bound.server.address();
  // Takes over the listening socket itself: https://nodejs.org/api/net.html#serverlistenhandle-backlog-callback
  await new Promise<void>((resolve) => app.server.listen(bound.server, resolve));
  for (const socket of bound.waiting.splice(0)) app.server.emit('connection', socket);
  return { address: describe(address), close: () => closeServer(app) };
}

export async function closeServer(app: FastifyInstance): Promise<void> {
  app.server.closeAllConnections();
  await app.close();
  if (app.server.listening) await new Promise<void>((resolve) => app.server.close(() => resolve()));
}

function describe(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return String(address);
  return address.family === 'IPv6' ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
}
