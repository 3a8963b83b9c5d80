import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RestartPolicy, restartAfterCrash } from '../../../src/postmaster/restart-policy.ts';

const policy: RestartPolicy = { onCrash: 'restart', maxCrashes: 5, windowMs: 300_000 };
const nowMs = 1_000_000;

/** So many crashes within the last second, the newest now. */
function crashes(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => nowMs - (count - 1 - index) * 100);
}

describe('restartAfterCrash', () => {
  test.each([
    [1, 200],
    [2, 400],
    [3, 800],
    [4, 1_600],
    [5, 3_200],
    [6, undefined],
  ])('after crash %i within the window waits %s ms', (count, delayMs) => {
    expect(restartAfterCrash(policy, crashes(count), nowMs)).toEqual({ recent: crashes(count), delayMs });
  });

  test('never waits longer than half a minute', () => {
    const patient = { ...policy, maxCrashes: 1_000 };
    expect(restartAfterCrash(patient, crashes(9), nowMs).delayMs).toBe(30_000);
    expect(restartAfterCrash(patient, crashes(1_000), nowMs).delayMs).toBe(30_000);
  });

  test('forgets what is older than the window', () => {
    const times = [nowMs - 300_001, nowMs - 300_000, nowMs - 299_999, nowMs];
    expect(restartAfterCrash(policy, times, nowMs)).toEqual({ recent: [nowMs - 299_999, nowMs], delayMs: 400 });
  });

  test('gives up at the first crash when there are to be none', () => {
    expect(restartAfterCrash({ ...policy, maxCrashes: 0 }, [nowMs], nowMs).delayMs).toBeUndefined();
  });

  test('gives up at once when the policy is to exit', () => {
    expect(restartAfterCrash({ ...policy, onCrash: 'exit' }, [nowMs], nowMs).delayMs).toBeUndefined();
  });

  test('never allows more starts within the window than the policy does', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 6 }), (all, maxCrashes) => {
        let times: readonly number[] = [];
        let now = 0;
        for (const gap of all) {
          now += gap;
          const { recent, delayMs } = restartAfterCrash({ ...policy, maxCrashes }, [...times, now], now);
          expect(recent.every((time) => time > now - policy.windowMs)).toBe(true);
          expect(delayMs !== undefined).toBe(recent.length <= maxCrashes);
          if (delayMs === undefined) return;
          times = recent;
        }
      }),
    );
  });
});
