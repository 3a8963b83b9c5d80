import { expect, test } from 'vitest';
import { quoteIdentifier } from '../../../src/lib/quote-identifier.ts';

test.each([
  ['plain', '"plain"'],
  ['Two Words', '"Two Words"'],
  ['with "quotes"', '"with ""quotes"""'],
  ['back\\slash; --', '"back\\slash; --"'],
  ['', '""'],
])('%s becomes %s', (name, quoted) => {
  expect(quoteIdentifier(name)).toBe(quoted);
});

test('a name with NUL is a defect of the caller', () => {
  expect(() => quoteIdentifier('a\0b')).toThrow('NUL');
});
