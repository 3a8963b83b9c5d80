// ⚡ A client that wants in as soon as it can.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { errorCode } from '../../src/lib/errors.ts';

const patienceMs = 30_000;
/** Between two tries; Node's timers make it 1 to 2 ms. */
const pauseMs = 1;

/** Opens a session over a unix socket; throws at once when that does not work. */
export async function openSession(socketDirectory: string): Promise<pg.Client> {
  const client = new pg.Client({ host: socketDirectory, port: 5432, user: 'postgres', database: 'postgres' });
  // A server that stops under an open session is part of what is measured.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Tries without rest until a session is open. `mustRun` throws when there is nothing left to wait for. */
export async function untilAccepting(
  socketDirectory: string,
  mustRun: () => void,
): Promise<{ readonly client: pg.Client; readonly atMs: number }> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    try {
      const client = await openSession(socketDirectory);
      return { client, atMs: performance.now() };
    } catch (error) {
      if (!isNotYet(error)) throw error;
    }
    mustRun();
    await delay(pauseMs);
  }
  throw new Error(`no connection over ${socketDirectory} within ${patienceMs / 1_000} s`);
}

/** No socket yet, nobody behind it, cannot_connect_now, or a server that went away meanwhile. */
function isNotYet(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) return ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P03', '57P01'].includes(code);
  return error instanceof Error && error.message === 'Connection terminated unexpectedly';
}
