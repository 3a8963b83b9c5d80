import { expect, test } from 'vitest';
import { quoteLiteral } from '../../../src/lib/quote-literal.ts';

test('a text stands in single quotes', () => {
  expect(quoteLiteral('0.8.7')).toBe(`'0.8.7'`);
  expect(quoteLiteral('')).toBe(`''`);
});

test('single quotes are doubled, double ones stay', () => {
  expect(quoteLiteral(`it's "so"`)).toBe(`'it''s "so"'`);
});

test('a backslash makes it an escape string, which means the same whatever standard_conforming_strings is', () => {
  expect(quoteLiteral(`C:\\dir's`)).toBe(`E'C:\\\\dir''s'`);
  expect(quoteLiteral('\\')).toBe(`E'\\\\'`);
});

test('line breaks and letters of any alphabet stay as they are', () => {
  expect(quoteLiteral('a\nü→😀')).toBe(`'a\nü→😀'`);
});

test('NUL cannot be in a text', () => {
  expect(() => quoteLiteral('a\0b')).toThrow('NUL');
});
