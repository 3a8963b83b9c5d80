import { expect, test } from 'vitest';
import { lineOf, psqlError } from '../../../src/verification/test-errors.ts';

test('the first error of psql is told with its line and what belongs to it', () => {
  const lines = [
    'psql:/x/a.sql:1: NOTICE:  hello',
    'psql:/x/a.sql:3: ERROR:  column "y" does not exist',
    'LINE 1: SELECT y',
    '               ^',
    'HINT:  Perhaps you meant "x".',
    'psql:/x/a.sql:4: ERROR:  another',
  ];
  expect(psqlError(lines, '/x/a.sql')).toBe(
    'line 3: ERROR: column "y" does not exist; LINE 1: SELECT y; HINT: Perhaps you meant "x".',
  );
});

test('a connection that cannot be made has no line', () => {
  const line = 'psql: error: connection to server on socket "/s" failed: FATAL:  the database is gone';
  expect(psqlError([line], '/x/a.sql')).toBe(
    'error: connection to server on socket "/s" failed: FATAL: the database is gone',
  );
  expect(psqlError(['all is well'], '/x/a.sql')).toBeUndefined();
});

test('an error in a file that another includes names that file', () => {
  expect(psqlError(['psql:/x/b.sql:7: ERROR:  no'], '/x/a.sql')).toBe('/x/b.sql:7: ERROR: no');
});

test('places are counted in characters', () => {
  expect([lineOf('a\nb', 1), lineOf('a\nb', 3), lineOf('😀\n\nb', 4)]).toEqual([1, 2, 3]);
});
