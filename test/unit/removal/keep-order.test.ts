import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepOrder } from '../../../src/removal/keep-order.ts';

function keep(configured: readonly string[], held: readonly string[], applied: readonly string[]): readonly string[] {
  return keepOrder(configured, held, applied, (name) => name);
}

describe('what is held', () => {
  test.each<[string, string[], string[], string[], string[]]>([
    ['stays where it was', ['a', 'c'], ['b'], ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['stays in front', ['b'], ['a'], ['a', 'b'], ['a', 'b']],
    ['stays at the end', ['a'], ['b', 'c'], ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['stays behind its predecessor where that goes', ['c', 'a'], ['b'], ['a', 'b', 'c'], ['c', 'a', 'b']],
    [
      'goes behind the one before when its predecessor is gone',
      ['a', 'd'],
      ['c'],
      ['a', 'b', 'c', 'd'],
      ['a', 'c', 'd'],
    ],
    [
      'comes before what is new behind the same predecessor',
      ['a', 'n', 'c'],
      ['b'],
      ['a', 'b', 'c'],
      ['a', 'b', 'n', 'c'],
    ],
    [
      'keeps its order among its like, whatever order it comes in',
      [],
      ['c', 'a', 'b'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ],
  ])('%s', (_, configured, held, applied, expected) => {
    expect(keep(configured, held, applied)).toEqual(expected);
  });
});

const names = fc.constantFrom(...'abcdefghij');

/** What was applied, and for each of it whether it is configured still, held, or gone. */
const pasts = fc.uniqueArray(names, { maxLength: 10 }).chain((applied) =>
  fc.record({
    applied: fc.constant(applied),
    fates: fc.array(fc.constantFrom('configured', 'held', 'gone'), {
      minLength: applied.length,
      maxLength: applied.length,
    }),
  }),
);

function withFate(past: { applied: string[]; fates: string[] }, fate: string): string[] {
  return past.applied.filter((_, index) => past.fates[index] === fate);
}

test('nothing moves where the configuration has kept its order', () => {
  fc.assert(
    fc.property(pasts, (past) => {
      const stays = past.applied.filter((_, index) => past.fates[index] !== 'gone');
      expect(keep(withFate(past, 'configured'), withFate(past, 'held'), past.applied)).toEqual(stays);
    }),
  );
});

test('everything is there once, and what is configured is in the order of the configuration', () => {
  const news = fc.uniqueArray(fc.constantFrom(...'uvwxyz'), { maxLength: 3 });
  const shuffled = fc.record({ past: pasts, news }).chain(({ past, news: added }) =>
    fc.record({
      past: fc.constant(past),
      configured: fc.shuffledSubarray([...withFate(past, 'configured'), ...added], {
        minLength: withFate(past, 'configured').length + added.length,
      }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ past, configured }) => {
      const held = withFate(past, 'held');
      const kept = keep(configured, held, past.applied);
      expect(kept.filter((name) => configured.includes(name))).toEqual(configured);
      expect(kept.toSorted()).toEqual([...configured, ...held].toSorted());
    }),
  );
});

test('a second time with the new order changes nothing', () => {
  fc.assert(
    fc.property(pasts, (past) => {
      const configured = withFate(past, 'configured').toReversed();
      const kept = keep(configured, withFate(past, 'held'), past.applied);
      expect(keep(configured, withFate(past, 'held'), kept)).toEqual(kept);
    }),
  );
});
