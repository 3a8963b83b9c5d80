import { expect, it } from 'vitest';
import { splitSqlStatements } from '../../../src/demo/sql-statements.ts';

it('splits at semicolons and keeps what follows the last one', () => {
  expect(splitSqlStatements('SELECT 1; SELECT 2;\nSELECT')).toEqual({
    statements: ['SELECT 1', 'SELECT 2'],
    rest: '\nSELECT',
  });
});

it.each([
  ['a string', "SELECT 'a;''b;'"],
  ['an escape string', String.raw`SELECT E'a\';b'`],
  ['a quoted name', 'SELECT 1 AS "a;b"'],
  ['a dollar quote', 'DO $$ BEGIN NULL; END $$'],
  ['a dollar quote with a tag', 'DO $x$ SELECT $$;$$; $x$'],
  ['a line comment', 'SELECT 1 -- one; two\n + 1'],
  ['a nested block comment', 'SELECT /* a; /* b; */ c; */ 1'],
  ['parentheses', 'CREATE RULE r AS ON UPDATE TO t DO ALSO (SELECT 1; SELECT 2)'],
])('does not split inside %s', (_, statement) => {
  expect(splitSqlStatements(`${statement};`)).toEqual({ statements: [statement], rest: '' });
});

it.each(["SELECT 'a;", 'SELECT "a;', 'DO $$ a;', '/* a;', 'SELECT (1;', String.raw`SELECT E'\';`])(
  'waits for the end of %s',
  (text) => {
    expect(splitSqlStatements(text)).toEqual({ statements: [], rest: text });
  },
);

it('takes a dollar in a name and a parameter for what they are', () => {
  expect(splitSqlStatements('SELECT a$b$ FROM t; SELECT $1;').statements).toEqual(['SELECT a$b$ FROM t', 'SELECT $1']);
});

it('leaves out empty statements and trailing comments', () => {
  expect(splitSqlStatements(';; -- nothing\n;SELECT 1; -- done\n')).toEqual({ statements: ['SELECT 1'], rest: '' });
});
