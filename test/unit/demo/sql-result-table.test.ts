import { expect, it } from 'vitest';
import { renderSqlResultTable } from '../../../src/demo/sql-result-table.ts';

const int4 = 23;
const text = 25;

function render(columns: readonly [string, number][], rows: readonly (string | null)[][]): readonly string[] {
  return renderSqlResultTable({ columns: columns.map(([name, typeOid]) => ({ name, typeOid })), rows }).split('\n');
}

it('aligns numbers right, everything else left, and centres the headings', () => {
  const table = render(
    [
      ['id', int4],
      ['name', text],
    ],
    [
      ['1', 'geo'],
      ['100', 'uuid-ossp'],
    ],
  );
  expect(table).toEqual([' id  |   name', '-----+-----------', '   1 | geo', ' 100 | uuid-ossp', '(2 rows)', '']);
});

it('shows NULL as nothing and counts one row in the singular', () => {
  expect(render([['?column?', text]], [[null]])).toEqual([' ?column?', '----------', '', '(1 row)', '']);
});

it('shows the columns of a result without rows', () => {
  expect(render([['a', int4]], [])).toEqual([' a', '---', '(0 rows)', '']);
});

it('shows the number of rows of a result without columns', () => {
  expect(render([], [[], []])).toEqual(['(2 rows)', '']);
});

it('continues a value of several lines under itself', () => {
  const table = render(
    [
      ['a', text],
      ['b', int4],
    ],
    [['one\ntwo', '1']],
  );
  expect(table.slice(2, 4)).toEqual([' one+| 1', ' two |']);
});

it('shows control characters instead of sending them to the terminal', () => {
  expect(render([['a', text]], [['\u001b[2J\u0007']])[2]).toBe(' \\x1B[2J\\x07');
});

it('keeps columns straight beside wide and combining characters', () => {
  const table = render(
    [
      ['a', text],
      ['b', text],
    ],
    [
      ['日本', 'x'],
      ['e\u0301', 'y'],
      ['abcd', 'z'],
    ],
  );
  expect(table.slice(2, 5)).toEqual([' 日本 | x', ' e\u0301    | y', ' abcd | z']);
});
