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

  it('takes another order in each round when told so, and still gives the lists in the order of the takes', async () => {
    const order: string[] = [];
    const take = (name: string) => async (): Promise<string> => {
      order.push(name);
      return name;
    };
    const samples = await inTurns(1, [take('a'), take('b')], (round) => (round % 2 === 0 ? [0, 1] : [1, 0]));
    expect(order.join('')).toBe('abbaabba');
    expect(samples).toEqual([['a'], ['b']]);
  });

  it('ends with the first sample that fails', async () => {
    const fails = async (round: number): Promise<number> => {
      if (round === 1) throw new Error('the server did not come up');
      return round;
    };
    await expect(inTurns(2, [fails])).rejects.toThrow('did not come up');
  });
});
