import { describe, expect, test } from 'vitest';
import {
  asWanted,
  checkPreloadLibraries,
  type LibraryLookup,
  mergeLibraryLists,
} from '../../../src/settings/preload-libraries.ts';

describe('mergeLibraryLists', () => {
  test('has each library once, in the order of its first mention', () => {
    expect(mergeLibraryLists(['b', 'a'], ['c', 'a', 'b'])).toEqual(['b', 'a', 'c']);
    expect(mergeLibraryLists()).toEqual([]);
  });

  test('knows that a library may be written with or without .so; the first spelling stays', () => {
    expect(mergeLibraryLists(['pgaudit.so'], ['pgaudit', 'auto_explain'])).toEqual(['pgaudit.so', 'auto_explain']);
  });

  test('takes a path and a plain name for two', () => {
    expect(mergeLibraryLists(['pgaudit', '$libdir/pgaudit', '/opt/pgaudit'])).toHaveLength(3);
  });
});

describe('checkPreloadLibraries', () => {
  const lookups = new Map<string, LibraryLookup>([
    ['pgaudit', { kind: 'found', path: '/extensions/pgaudit/lib/pgaudit.so' }],
    ['gone', { kind: 'missing', folders: ['/usr/lib/postgresql/18/lib', '/extensions/geo/lib'] }],
    ['somewhere', { kind: 'unknown' }],
  ]);

  test('leaves out the library that no folder has, and names the folders', () => {
    const { libraries, findings } = checkPreloadLibraries(['pgaudit', 'gone'], lookups);
    expect(libraries).toEqual(['pgaudit']);
    expect(findings).toMatchObject([{ severity: 'error', reason: 'PreloadLibraryNotFound', subject: 'library/gone' }]);
    expect(findings[0]?.message).toContain('/usr/lib/postgresql/18/lib, /extensions/geo/lib');
  });

  test('leaves out the library that cannot be loaded, and says why', () => {
    const path = '/extensions/geo/lib/geo.so';
    const cause = 'it is made for aarch64, and this is x86-64';
    const { libraries, findings } = checkPreloadLibraries(
      ['geo'],
      new Map([['geo', { kind: 'unloadable', path, cause }]]),
    );
    expect(libraries).toEqual([]);
    expect(findings).toMatchObject([
      {
        severity: 'error',
        reason: 'PreloadLibraryUnloadable',
        message: expect.stringContaining(`${path} cannot be loaded: ${cause}.`),
      },
    ]);
  });

  test('keeps what could not be looked up: PostgreSQL knows better', () => {
    expect(checkPreloadLibraries(['somewhere', 'never asked about'], lookups)).toEqual({
      libraries: ['somewhere', 'never asked about'],
      atStart: ['somewhere', 'never asked about'],
      findings: [],
    });
  });

  test('gives a start the path of a library that ALTER SYSTEM has hidden from it', () => {
    const overriding = new Map<string, LibraryLookup>([['pgaudit', { kind: 'missing', folders: ['/elsewhere'] }]]);
    const path = '/extensions/pgaudit/lib/pgaudit.so';
    expect(checkPreloadLibraries(['pgaudit'], lookups, overriding)).toMatchObject({
      libraries: ['pgaudit'],
      atStart: [path],
    });
    expect(checkPreloadLibraries(['pgaudit'], lookups, lookups).atStart).toEqual(['pgaudit']);
  });
});

test('a library that was given by its path runs by the name that is wanted', () => {
  expect(asWanted(['/extensions/a/lib/a.so', 'b', '/opt/c'], ['a', 'b'])).toEqual(['a', 'b', '/opt/c']);
  expect(asWanted(['/opt/c'], ['/opt/c', 'c'])).toEqual(['/opt/c']);
});
