import { expect, test } from 'vitest';
import { namedLibraries } from '../../../src/reconcile/named-libraries.ts';

test('the configuration comes first, then what was set by other ways, each library once', () => {
  expect(namedLibraries(['pgaudit'], 'auto_explain, pgaudit.so')).toEqual({
    isSet: true,
    names: ['pgaudit', 'auto_explain'],
    findings: [],
  });
});

test('a list that nobody has set is left to the server, an empty one is a list', () => {
  expect(namedLibraries([], undefined).isSet).toBe(false);
  expect(namedLibraries([], '')).toEqual({ isSet: true, names: [], findings: [] });
});

test('a list that PostgreSQL could not read is left out, and said', () => {
  expect(namedLibraries(['pgaudit'], 'a,')).toMatchObject({
    names: ['pgaudit'],
    findings: [{ severity: 'warning', subject: 'parameter/shared_preload_libraries' }],
  });
});
