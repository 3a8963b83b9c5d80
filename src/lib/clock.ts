import { setTimeout as delay } from 'node:timers/promises';

/** Time comes in from outside, so that a test can turn it. */
export interface Clock {
  /** Milliseconds since the epoch, as of the start of the process: it never jumps, so spans of it can be trusted. */
  readonly now: () => number;
  /** Resolves after `ms`, or at once (without throwing) when `signal` is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(ignoreAbort),
};

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
