/** What to do about an exit that nobody asked for. */
export interface RestartPolicy {
  readonly onCrash: 'restart' | 'exit';
  /** More unasked exits than this within the window, and the manager gives up. */
  readonly maxCrashes: number;
  readonly windowMs: number;
}

const firstDelayMs = 200;
const longestDelayMs = 30_000;

/**
 * `crashTimes` has the unasked exits so far, the newest last, in milliseconds. Gives those that still count, and
 * how long to wait before the next start; no wait means to give up.
 */
export function restartAfterCrash(
  policy: RestartPolicy,
  crashTimes: readonly number[],
  nowMs: number,
): { readonly recent: readonly number[]; readonly delayMs: number | undefined } {
  const recent = crashTimes.filter((time) => time > nowMs - policy.windowMs);
  if (policy.onCrash === 'exit' || recent.length > policy.maxCrashes) return { recent, delayMs: undefined };
  return { recent, delayMs: Math.min(longestDelayMs, firstDelayMs * 2 ** (recent.length - 1)) };
}
