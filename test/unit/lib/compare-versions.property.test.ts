import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions, isOlderVersion } from '../../../src/lib/compare-versions.ts';

test.each([
  ['1.9', '1.10'],
  ['1.0', '1.0.1'],
  ['3.6.4', '3.6.4next'],
  ['2.0', '10'],
])('%s is older than %s', (one, other) => {
  expect(isOlderVersion(one, other)).toBe(true);
  expect(isOlderVersion(other, one)).toBe(false);
});

test('what does not begin with a number is not older than anything', () => {
  for (const name of ['ANY', 'unpackaged', '']) {
    expect(isOlderVersion(name, '1.0')).toBe(false);
    expect(isOlderVersion('1.0', name)).toBe(false);
  }
});

test('it is an order: turned round it is turned round, and what is between two stays between them', () => {
  const version = array(constantFrom('0', '1', '9', '10', '.', '-', 'a', 'next'), { maxLength: 5 });
  assert(
    property(version, version, version, (...parts) => {
      const [a, b, c] = parts.map((part) => part.join(''));
      if (a === undefined || b === undefined || c === undefined) return;
      expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});
