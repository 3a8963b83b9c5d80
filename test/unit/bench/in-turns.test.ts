import { describe, expect, it } from 'vitest';
import { inTurns } from '../../bench/in-turns.ts';

describe('inTurns', () => {
  it('takes a sample of each in every round and leaves the first three rounds out', async () => {
    const order: string[] = [];
    const take =
      (name: string) =>
      async (round: number): Promise<number> => {
        order.push(name);
        return round;
      };
    expect(await inTurns(2, [take('a'), take('b')])).toEqual([
      [3, 4],
      [3, 4],
    ]);
    expect(order.join('')).toBe('ababababab');
  });

  it('ends with the first sample that fails', async () => {
    const fails = async (round: number): Promise<number> => {
      if (round === 1) throw new Error('the server did not come up');
      return round;
    };
    await expect(inTurns(2, [fails])).rejects.toThrow('did not come up');
  });
});
