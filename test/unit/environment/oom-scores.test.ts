import { expect, test } from 'vitest';
import { oomScores } from '../../../src/environment/oom-scores.ts';

test.each([
  ['an ordinary manager', 0, { postmaster: 100, backend: 200 }],
  ['a protected manager', -998, { postmaster: -898, backend: -798 }],
  ['a manager near the top', 950, { postmaster: 975, backend: 1000 }],
  ['a manager at the top, where nothing is left to raise', 1000, { postmaster: 1000, backend: 1000 }],
])('of %s', (_, manager, scores) => {
  expect(oomScores(manager)).toEqual(scores);
});

test('a backend dies before the postmaster and the postmaster before the manager, wherever there is room', () => {
  for (let manager = -1000; manager <= 1000; manager += 1) {
    const { postmaster, backend } = oomScores(manager);
    expect(backend).toBeLessThanOrEqual(1000);
    expect(Number.isInteger(postmaster) && Number.isInteger(backend)).toBe(true);
    if (manager <= 998) {
      expect(postmaster).toBeGreaterThan(manager);
      expect(backend).toBeGreaterThan(postmaster);
    }
  }
});
