import { describe, expect, it } from 'vitest';
import { everyOrder } from '../../bench/every-order.ts';

describe('everyOrder', () => {
  it('alternates two', () => {
    expect([0, 1, 2, 3].map(everyOrder(2))).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  it('lets each of three come after each other equally often', () => {
    const rounds = [0, 1, 2, 3, 4, 5].map(everyOrder(3));
    const pairs = rounds.flatMap(([a, b, c]) => [`${a}${b}`, `${b}${c}`]);
    expect(Object.values(Object.groupBy(pairs, (pair) => pair)).map((same) => same?.length)).toEqual([
      2, 2, 2, 2, 2, 2,
    ]);
    expect(everyOrder(3)(6)).toEqual(rounds[0]);
  });

  it('has nothing to choose for one', () => {
    expect([0, 1].map(everyOrder(1))).toEqual([[0], [0]]);
  });
});
