import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  renderLibraryList,
  splitIdentifierList,
  splitLibraryList,
  splitPathList,
} from '../../../src/settings/guc-list.ts';

test('splits a path at colons and drops empty elements', () => {
  expect(splitPathList(':$system::/a b/share:')).toEqual(['$system', '/a b/share']);
  expect(splitPathList('')).toEqual([]);
});

describe('splitLibraryList', () => {
  test.each([
    ['nothing', '  ', []],
    ['one name', 'pg_stat_statements', ['pg_stat_statements']],
    ['names with blanks around the commas', ' a ,\tb\n, c ', ['a', 'b', 'c']],
    ['a name with a blank in it, unquoted', '/opt/my libs/x, b', ['/opt/my libs/x', 'b']],
    ['a quoted name with a comma', '"a,b", c', ['a,b', 'c']],
    ['a quoted name with quotes in it', '"a""b"', ['a"b']],
    ['capital letters', 'PgAudit', ['PgAudit']],
    ['a quoted empty name', '""', ['']],
  ])('reads %s', (_, value, names) => {
    expect(splitLibraryList(value)).toEqual({ kind: 'list', names });
  });

  test.each(['a,', ',a', 'a,,b', '"a', '"a" b', ','])('refuses %s, as the server does', (value) => {
    expect(splitLibraryList(value)).toEqual({ kind: 'malformed' });
  });

  test('reads what renderLibraryList wrote', () => {
    const unit = fc.constantFrom(...'ab", \t/$._é');
    fc.assert(
      fc.property(fc.array(fc.string({ unit })), (names) => {
        expect(splitLibraryList(renderLibraryList(names))).toEqual({ kind: 'list', names });
      }),
    );
  });

  test('takes no more than linear time on blanks', () => {
    const start = performance.now();
    expect(splitLibraryList(`a${' '.repeat(200_000)}b`).kind).toBe('list');
    expect(performance.now() - start).toBeLessThan(10_000); // a square of it would be minutes
  });
});

test('quotes only the libraries that need it', () => {
  expect(renderLibraryList(['pgaudit', '$libdir/x', 'a b', 'c,d', ''])).toBe('pgaudit, $libdir/x, "a b", "c,d", ""');
});

test('folds identifiers to lower case unless they are quoted', () => {
  expect(splitIdentifierList('Cube , "Uuid-OSSP",plpgsql')).toEqual({
    kind: 'list',
    names: ['cube', 'Uuid-OSSP', 'plpgsql'],
  });
  expect(splitIdentifierList('a b')).toEqual({ kind: 'malformed' });
  expect(splitIdentifierList('a,')).toEqual({ kind: 'malformed' });
});
