import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonError } from '../../../src/documents/json-syntax.ts';

describe('findJsonError', () => {
  test('finds nothing in JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonError(text)).toBeUndefined();
      }),
    );
  });

  test.each([
    ['{"a": b}', 6],
    ['[1,]', 3],
    ['{"a": 1,}', 8],
    ['{"a" 1}', 5],
    ['{a: 1}', 1],
    ["{'a': 1}", 1],
    ['[1 2]', 3],
    ['[1}', 2],
    ['{"a": 1', 7],
    ['1 2', 2],
    ['// no', 0],
    ['{"a": 01}', 6],
    ['{"a": "x\ny"}', 6],
    ['{"a": "\\x"}', 6],
    ['{"a": "x', 6],
    ['{:1}', 1],
    ['{"a":,}', 5],
    ['[nullx]', 1],
    ['', 0],
    ['\ufeff{}', 0],
  ])('finds the place in %j', (text, offset) => {
    expect(findJsonError(text)).toBe(offset);
  });

  test('finds a place within any text that is not JSON', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', ':', ',', '"a"', '1', 'true', ' ', '\\', '"', 'x');
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join('');
        const offset = findJsonError(text);
        expect(offset === undefined || (offset >= 0 && offset <= text.length)).toBe(true);
      }),
    );
  });
});
