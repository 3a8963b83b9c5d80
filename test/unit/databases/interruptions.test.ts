import { describe, expect, test } from 'vitest';
import { interruptions } from '../../../src/databases/interruptions.ts';

function atTime() {
  const clock = { ms: 0 };
  return { clock, open: interruptions(() => clock.ms) };
}

describe('what was interrupted', () => {
  test('is due after half a second, once', () => {
    const { clock, open } = atTime();
    open.note('app');
    expect(open.nextMs()).toBe(500);
    expect(open.takeDue()).toEqual(new Set());
    clock.ms = 500;
    expect(open.takeDue()).toEqual(new Set(['app']));
    expect(open.takeDue()).toEqual(new Set());
    expect(open.nextMs()).toBeUndefined();
  });

  test('waits longer each time in a row, but never longer than half a minute', () => {
    const { clock, open } = atTime();
    const pauses = Array.from({ length: 9 }, () => {
      open.note(undefined);
      const pause = (open.nextMs() ?? 0) - clock.ms;
      clock.ms += pause;
      expect(open.takeDue()).toEqual(new Set([undefined]));
      return pause;
    });
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('is forgotten when it was done, and begins anew then', () => {
    const { open } = atTime();
    open.note('app');
    open.note('app');
    open.settle('app');
    expect(open.nextMs()).toBeUndefined();
    open.note('app');
    expect(open.nextMs()).toBe(500);
  });

  test('is one for each database and one for the server', () => {
    const { clock, open } = atTime();
    open.note('app');
    clock.ms = 100;
    open.note(undefined);
    open.settle('app');
    expect(open.nextMs()).toBe(600);
    open.clear();
    expect(open.nextMs()).toBeUndefined();
  });
});
