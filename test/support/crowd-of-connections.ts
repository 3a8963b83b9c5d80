import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';

export interface CrowdOfConnections {
  /** That the other side has not ended yet. */
  readonly open: () => number;
  readonly end: () => void;
}

/**
 * Opens so many connections, one after the other, each of which says `words` and then nothing more. One that is `deaf` never
 * reads what it is told, and so does not hear of the end either.
 */
export async function crowdOfConnections(
  address: string | { readonly socketPath: string },
  count: number,
  words = '',
  ears: 'deaf' | 'open' = 'open',
): Promise<CrowdOfConnections> {
  const open = new Set<Socket>();
  for (let opened = 0; opened < count; opened += 1) {
    const socket = typeof address === 'string' ? connect(toPort(address)) : connect({ path: address.socketPath });
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    open.add(socket);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    if (words !== '') socket.write(words);
    if (ears === 'open') socket.resume();
    await turn(); // others want to talk to it, too
  }
  return {
    open: () => open.size,
    end: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Says something, piece by piece, and collects the answer until the other side ends the connection. */
export async function talk(
  address: string,
  pieces: readonly string[],
  pauseMs = 0,
): Promise<{ readonly answer: string; readonly tookMs: number }> {
  const startMs = performance.now();
  const socket = connect(toPort(address));
  const held = { text: '' };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    held.text += chunk.toString('latin1');
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    if (pauseMs > 0) await delay(pauseMs);
  }
  await closed;
  return { answer: held.text, tookMs: performance.now() - startMs };
}

function toPort(address: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname, port: Number(port) };
}
