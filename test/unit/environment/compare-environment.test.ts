import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareEnvironment, parseEnviron } from '../../../src/environment/compare-environment.ts';

describe('compareEnvironment', () => {
  test('tells what is new, gone and changed, by name', () => {
    const running = { TZ: 'UTC', PATH: '/bin', GONE: 'x' };
    const desired = { TZ: 'UTC', PATH: '/bin:/extensions/geo/bin', ADDED: '' };
    expect(compareEnvironment(running, desired)).toEqual([
      { name: 'ADDED', running: undefined, desired: '' },
      { name: 'GONE', running: 'x', desired: undefined },
      { name: 'PATH', running: '/bin', desired: '/bin:/extensions/geo/bin' },
    ]);
  });

  test('tells an empty value from none', () => {
    expect(compareEnvironment({ A: '' }, {})).toEqual([{ name: 'A', running: '', desired: undefined }]);
  });

  test.each(['PG_GRANDPARENT_PID', '_', 'PWD', 'OLDPWD', 'SHLVL'])('passes over %s, which says nothing', (name) => {
    expect(compareEnvironment({ [name]: 'a' }, {})).toEqual([]);
    expect(compareEnvironment({ [name]: 'a' }, { [name]: 'b' })).toEqual([]);
  });

  test('finds nothing between an environment and itself, in whatever order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (variables) => {
        const backwards = Object.fromEntries(Object.entries(variables).reverse());
        expect(compareEnvironment(variables, backwards)).toEqual([]);
      }),
    );
  });
});

describe('parseEnviron', () => {
  test('reads NUL-ended variables, also with blanks, newlines and equals signs in a value', () => {
    expect(parseEnviron('PATH=/bin\0A=b=c\0B=two\nlines\0EMPTY=\0')).toEqual({
      PATH: '/bin',
      A: 'b=c',
      B: 'two\nlines',
      EMPTY: '',
    });
  });

  test('passes over what is no variable', () => {
    expect(parseEnviron('')).toEqual({});
    expect(parseEnviron('\0\0no equals sign\0=no name\0A=b')).toEqual({ A: 'b' });
  });

  test('reads what an environment was written as', () => {
    const name = fc.string({ unit: fc.constantFrom('A', 'b', '_', '1'), minLength: 1 });
    const value = fc.string({ unit: fc.constantFrom('x', '=', '\n', ' ', 'é') });
    fc.assert(
      fc.property(fc.dictionary(name, value), (variables) => {
        const text = Object.entries(variables)
          .map(([key, one]) => `${key}=${one}\0`)
          .join('');
        expect(parseEnviron(text)).toEqual({ ...variables });
      }),
    );
  });
});
