import { createServer, type Server, type Socket } from 'node:net';
import { ExitError, errorCode } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { faceLimits } from './face-limits.ts';

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** An address that is taken already, and the connections that came before anybody could answer them. */
export interface BoundAddress {
  readonly server: Server;
  readonly waiting: Socket[];
}

/**
 * Binds before PostgreSQL is started, so that a busy address is found out while nothing has happened yet, and a probe that
 * comes early waits for its answer instead of being refused. The HTTP server takes the socket over later.
 */
export function bindAddress(address: HostAndPort, flag: string): Promise<BoundAddress> {
  const waiting: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    waiting.push(socket);
    if (waiting.length > faceLimits.connections) waiting.shift()?.destroy();
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const why =
        errorCode(error) === 'EADDRINUSE' ? 'is in use by another process' : `cannot be bound (${error.message})`;
      reject(
        new ExitError(
          exitCode.unavailable,
          `The address ${address.host}:${address.port} ${why}; choose another with ${flag}.`,
        ),
      );
    });
    server.listen({ host: address.host, port: address.port, backlog: faceLimits.backlog }, () =>
      resolve({ server, waiting }),
    );
  });
}
