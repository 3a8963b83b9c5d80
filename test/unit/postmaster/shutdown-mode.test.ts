import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patienceMs, shutdownSignal, strongerMode } from '../../../src/postmaster/shutdown-mode.ts';

test('each mode is the signal that PostgreSQL knows it by', () => {
  expect(shutdownSignal).toEqual({ smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' });
});

test('from every mode a stronger one leads to immediate', () => {
  expect(strongerMode).toEqual({ smart: 'fast', fast: 'immediate', immediate: 'immediate' });
});

describe('patienceMs', () => {
  test('keeps the last six seconds of the budget for an immediate shutdown', () => {
    expect(patienceMs('fast', 60_000)).toBe(54_000);
    expect(patienceMs('smart', 60_000)).toBe(27_000);
  });

  test('keeps a quarter of a small budget for it', () => {
    expect(patienceMs('fast', 4_000)).toBe(3_000);
    expect(patienceMs('smart', 4_000)).toBe(1_500);
  });

  test('has nothing to wait for after an immediate shutdown', () => {
    expect(patienceMs('immediate', 60_000)).toBeUndefined();
  });

  test('comes to its end within any budget, smart before fast', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 * 24 * 3_600_000 }), (budgetMs) => {
        const [smartMs, fastMs] = [patienceMs('smart', budgetMs) ?? 0, patienceMs('fast', budgetMs) ?? 0];
        expect(smartMs).toBeGreaterThan(0);
        expect(fastMs).toBeGreaterThan(smartMs);
        expect(fastMs).toBeLessThan(budgetMs);
      }),
    );
  });
});
