import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Tells a request that comes before the one before it on its connection was answered. No client of these endpoints does that, and
 * thousands that come in one piece would be answered in one go, while a probe waits.
 */
export function oneAtATime(): (request: IncomingMessage, response: ServerResponse) => 'in-time' | 'too-early' {
  const busy = new WeakSet<object>();
  return ({ socket }, response) => {
    if (busy.has(socket)) return 'too-early';
    busy.add(socket);
    response.once('close', () => busy.delete(socket));
    return 'in-time';
  };
}
