import { describe, expect, test } from 'vitest';
import { systemClock, wallClock } from '../../../src/lib/clock.ts';

const nowMs = 1_000_000;
const clock = { ...systemClock, now: () => nowMs };

function turned(...walls: readonly number[]): readonly number[] {
  const held = { index: 0 };
  const wall = wallClock(clock, () => nowMs + (walls[held.index++] ?? 0));
  return walls.map(() => wall.offsetMs());
}

describe('the time of day', () => {
  test('is that of the start as long as nobody sets the clock: rounding does not show', () => {
    expect(turned(0.4, 120, -300, 0)).toEqual([0, 0, 0, 0]);
  });

  test('follows a clock that is set, forward and back', () => {
    expect(turned(0, 3_600_000, 3_600_200, -86_400_000, 100)).toEqual([0, 3_600_000, 3_600_000, -86_400_000, 100]);
  });

  test('follows one that is slow in steps, which are smaller than a second', () => {
    expect(turned(300, 600, 900, 1_200)).toEqual([0, 600, 600, 1_200]);
  });
});

test('spans are measured by a clock that nobody can set', () => {
  const before = systemClock.now();
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
});
