import type { Server, Socket } from 'node:net';

/** The connections of one face. */
export interface Crowd {
  /** Whose answer takes long is not dropped for a newcomer, until the function that this returns is called. */
  readonly spare: (connection: Socket) => () => void;
  readonly dropAll: () => void;
}

/**
 * Keeps at most so many connections: a newcomer is let in, and the oldest goes, of the client that has the most. To refuse the
 * newcomer instead would let anybody shut the probes out with connections that say nothing.
 */
export function boundCrowd(server: Server, most: number): Crowd {
  /** Oldest first. */
  const open = new Set<Socket>();
  const spared = new Set<Socket>();
  const clients = new Map<Socket, string>();
  const counts = new Map<string, number>();

  server.on('connection', (connection: Socket) => {
    // a unix socket has no addresses: all are one client
    clients.set(connection, connection.remoteAddress ?? '');
    enter(connection);
    connection.once('close', () => {
      leave(connection);
      spared.delete(connection);
      clients.delete(connection);
    });
    while (open.size > most) dropOldestOfBusiest();
  });

  function enter(connection: Socket): void {
    open.add(connection);
    count(connection, 1);
  }

  function leave(connection: Socket): boolean {
    const wasOpen = open.delete(connection);
    if (wasOpen) count(connection, -1);
    return wasOpen;
  }

  function count(connection: Socket, change: 1 | -1): void {
    const client = clients.get(connection) ?? '';
    const now = (counts.get(client) ?? 0) + change;
    if (now === 0) counts.delete(client);
    else counts.set(client, now);
  }

  function dropOldestOfBusiest(): void {
    const busiest = Math.max(...counts.values());
    for (const connection of open) {
      if (counts.get(clients.get(connection) ?? '') !== busiest) continue;
      leave(connection);
      connection.destroy();
      return;
    }
  }

  return {
    spare: (connection) => {
      if (!leave(connection)) return () => undefined;
      spared.add(connection);
      return () => {
        if (spared.delete(connection)) enter(connection);
      };
    },
    dropAll: () => {
      for (const connection of [...open, ...spared]) connection.destroy();
    },
  };
}
