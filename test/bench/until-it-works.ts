// ⚡ A client that wants in as soon as it can.
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../../src/lib/errors.ts';

export interface Patience {
  /** Of what the error tells when the patience is over. */
  readonly what: string;
  readonly patienceMs: number;
  /** Between two tries; Node's timers add up to 1 ms. */
  readonly pauseMs: number;
  /** Throws when there is nothing left to wait for. */
  readonly mustRun: () => void;
}

/** Tries without rest while the server is not up yet; any other error is thrown. `atMs`: performance.now(). */
export async function untilItWorks<T>(
  attempt: () => Promise<T>,
  { what, patienceMs, pauseMs, mustRun }: Patience,
): Promise<{ readonly result: T; readonly atMs: number }> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    try {
      const result = await attempt();
      return { result, atMs: performance.now() };
    } catch (error) {
      if (!isNotYet(error)) throw error;
    }
    mustRun();
    await delay(pauseMs);
  }
  throw new Error(`${what} within ${patienceMs / 1_000} s`);
}

/** No socket yet, nobody behind it, cannot_connect_now, or a server that went away meanwhile. */
function isNotYet(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) return ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P03', '57P01'].includes(code);
  return error instanceof Error && error.message === 'Connection terminated unexpectedly';
}
