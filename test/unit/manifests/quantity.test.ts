import { describe, expect, test } from 'vitest';
import { compareQuantities, parseQuantity } from '../../../src/manifests/quantity.ts';

describe('a quantity', () => {
  test.each([
    ['128974848', 128_974_848n * 1_000_000_000n],
    ['129e6', 129_000_000n * 1_000_000_000n],
    ['129M', 129_000_000n * 1_000_000_000n],
    ['128974848000m', 128_974_848n * 1_000_000_000n],
    ['123Mi', 128_974_848n * 1_000_000_000n],
    ['0.5', 500_000_000n],
    ['.5', 500_000_000n],
    ['5.', 5_000_000_000n],
    ['500m', 500_000_000n],
    ['1e3', 1_000_000_000_000n],
    ['1E3', 1_000_000_000_000n],
    ['1E', 10n ** 27n],
    ['-2', -2_000_000_000n],
    ['1n', 1n],
    ['0.1n', 1n],
  ])('%s', (text, nanos) => {
    expect(parseQuantity(text)).toEqual({ nanos });
  });

  test.each(['', ' ', 'x', '1 Gi', '1GiB', '1MB', '--1', '1e', '1e1000', '.', 'Gi', '1KI', '0x10'])(
    '"%s" is none',
    (text) => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );

  test('is compared whatever its unit', () => {
    const compare = (a: string, b: string) =>
      Math.sign(compareQuantities(parseQuantity(a) ?? expect.unreachable(), parseQuantity(b) ?? expect.unreachable()));
    expect([compare('1Gi', '1G'), compare('1024Mi', '1Gi'), compare('900m', '1')]).toEqual([1, 0, -1]);
  });
});
