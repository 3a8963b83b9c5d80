import { describe, expect, it } from 'vitest';
import { summarize } from '../../bench/statistics.ts';

describe('summarize', () => {
  it('takes the samples in any order', () => {
    expect(summarize([3, 1, 2])).toMatchObject({ n: 3, min: 1, mean: 2, p50: 2, max: 3 });
  });

  it('gives as a percentile the smallest sample that so many of all do not exceed', () => {
    const samples = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(summarize(samples)).toMatchObject({ p50: 50, p95: 95, p99: 99 });
    expect(summarize(samples.slice(0, 30))).toMatchObject({ p50: 15, p95: 29, p99: 30 });
  });

  it('gives only values that were measured', () => {
    expect(summarize([1, 10])).toMatchObject({ p50: 1, p95: 10 });
    expect(summarize([7])).toEqual({ n: 1, min: 7, mean: 7, p50: 7, p95: 7, p99: 7, max: 7 });
  });

  it('refuses nothing, and what is no number', () => {
    expect(() => summarize([])).toThrow('0 samples');
    expect(() => summarize([1, Number.NaN])).toThrow('no number');
  });
});
