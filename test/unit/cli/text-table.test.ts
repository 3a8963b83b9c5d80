import { expect, test } from 'vitest';
import { printable, textTable } from '../../../src/cli/text-table.ts';

test('columns are as wide as their widest cell, and no line ends with blanks', () => {
  expect(textTable(['A', 'LONG', 'C'], [['wide cell', '-', '']])).toEqual(['A          LONG  C', 'wide cell  -']);
});

test('can have more rows than a function can have arguments', () => {
  const rows = Array.from({ length: 200_000 }, () => ['x']);
  expect(textTable(['A'], rows)).toHaveLength(200_001);
});

test('what a terminal would obey is shown instead, and lines are joined', () => {
  expect(printable('a\u001b[31m\u202eb')).toBe('a\\u001b[31m\\u202eb');
  expect(printable('first\n   second')).toBe('first second');
});
