import { expect, test } from 'vitest';
import { listOf, mapOf, valueAt } from '../../../src/documents/plain-value.ts';

test('valueAt follows keys and indexes, and ends where there is nothing', () => {
  const root = { a: [{ b: 1 }] };
  expect(valueAt(root, ['a', 0, 'b'])).toBe(1);
  expect(valueAt(root, ['a', 1, 'b'])).toBeUndefined();
  expect(valueAt(root, ['a', 'length'])).toBeUndefined();
  expect(valueAt('text', ['length'])).toBeUndefined();
});

test.each([null, undefined, 'text', 5])('%j is neither a map nor a list', (value) => {
  expect(mapOf(value)).toEqual({});
  expect(listOf(value)).toEqual([]);
});

test('a list is no map', () => {
  expect(mapOf([1])).toEqual({});
  expect(listOf([1])).toEqual([1]);
});
