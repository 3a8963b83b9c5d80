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

/** Somebody or NTP may have set the clock of the machine since the start, or the machine may have slept. */
export interface WallClock {
  /** What makes a time of day out of `Clock.now`, for people and for what is due on a date; never for spans. */
  readonly offsetMs: () => number;
}

/** Less than that is the rounding of the two: a time that was shown once is to stay the same. */
const leastJumpMs = 500;

export function wallClock(clock: Clock, wallNow: () => number = Date.now): WallClock {
  const held = { offsetMs: 0 };
  return {
    offsetMs: () => {
      const offsetMs = wallNow() - clock.now();
      if (Math.abs(offsetMs - held.offsetMs) >= leastJumpMs) held.offsetMs = offsetMs;
      return held.offsetMs;
    },
  };
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
