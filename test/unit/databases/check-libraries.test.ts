import { describe, expect, test } from 'vitest';
import { checkLibraries } from '../../../src/databases/check-libraries.ts';
import type { UsedLibrary } from '../../../src/databases/database-catalog.ts';
import type { LibraryLookup } from '../../../src/settings/preload-libraries.ts';
import { aDatabaseCatalog, anInstalledExtension } from '../../support/a-database.ts';

const folders = ['/usr/lib/postgresql', '/extensions/pgvector/lib'];

function aLibrary(probin: string, changes: Partial<UsedLibrary> = {}): UsedLibrary {
  return { probin, extension: undefined, functions: 1, example: 'public.f(text)', ...changes };
}

function check(
  libraries: readonly UsedLibrary[],
  lookup: LibraryLookup = { kind: 'missing', folders },
  available = ['vector'],
) {
  const extensions = [anInstalledExtension('vector', { version: '0.8.0' })];
  const lookups = new Map(libraries.map(({ probin }) => [probin, lookup]));
  return checkLibraries('app', aDatabaseCatalog({ extensions, libraries }), lookups, {
    server: { available: new Set(available) },
    images: [],
  });
}

test.each<LibraryLookup>([
  { kind: 'found', path: '/extensions/pgvector/lib/vector.so' },
  { kind: 'unknown' },
  { kind: 'unloadable', path: '/extensions/pgvector/lib/vector.so', cause: 'it is for another machine' },
])('nothing is said of a library that is $kind', (lookup) => {
  const checked = check([aLibrary('vector', { extension: 'vector' }), aLibrary('/opt/x.so')], lookup);
  expect(checked).toEqual({ missingByExtension: new Map(), findings: [] });
});

describe('a library of an extension that is missing', () => {
  test('is told with how to get the whole image back when no control file is there either', () => {
    const { findings } = check([aLibrary('vector', { extension: 'vector' })], undefined, []);
    expect(findings[0]?.message).toMatch(
      /fails\. Its other files are gone, too: mount an image that provides it and list that image under extensions, or drop the extension\.$/,
    );
  });

  test('is told with the version, the folders and what to do', () => {
    const { findings, missingByExtension } = check([aLibrary('vector', { extension: 'vector', functions: 97 })]);
    expect(findings).toEqual([
      {
        severity: 'error',
        reason: 'LibraryMissing',
        subject: 'database/app',
        message:
          'The extension vector of the database app needs in version 0.8.0 the library vector, which is not in /usr/lib/postgresql, /extensions/pgvector/lib: calling any of its 97 functions fails. Mount the image that has it, for example with version: "0.8.0" of it; if the image that is mounted has a newer version, declare that version or run ALTER EXTENSION … UPDATE as the first statement of a session.',
      },
    ]);
    expect(missingByExtension).toEqual(new Map([['vector', ['vector']]]));
  });

  test('is one with the same name behind $libdir/, and several are in one finding', () => {
    const { findings, missingByExtension } = check([
      aLibrary('$libdir/vector-2', { extension: 'vector' }),
      aLibrary('vector-2', { extension: 'vector' }),
      aLibrary('$libdir/vector-1', { extension: 'vector' }),
    ]);
    expect(missingByExtension).toEqual(new Map([['vector', ['vector-1', 'vector-2']]]));
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toContain('the libraries vector-1 and vector-2, which are not in');
  });

  test('keeps the prefix where it is a folder below', () => {
    const { missingByExtension } = check([aLibrary('$libdir/sub/vector', { extension: 'vector' })]);
    expect(missingByExtension).toEqual(new Map([['vector', ['$libdir/sub/vector']]]));
  });
});

test('functions made by hand have one finding for each library, with one of them by name', () => {
  const { findings, missingByExtension } = check([aLibrary('/opt/x.so', { functions: 3 }), aLibrary('other')]);
  expect(missingByExtension).toEqual(new Map());
  expect(findings.map(({ message }) => message)).toEqual([
    'In the database app the function "public.f(text)" and 2 more, made by hand, need the library "/opt/x.so", which is not in /usr/lib/postgresql, /extensions/pgvector/lib: calling any of its 3 functions fails. Mount the image that has it, or drop what needs it.',
    'In the database app the function "public.f(text)", made by hand, needs the library other, which is not in /usr/lib/postgresql, /extensions/pgvector/lib: calling its function fails. Mount the image that has it, or drop what needs it.',
  ]);
});

test('of many folders the first ones are named', () => {
  const many = Array.from({ length: 300 }, (_, index) => `/extensions/e${index}/lib`);
  const { findings } = check([aLibrary('vector', { extension: 'vector' })], { kind: 'missing', folders: many });
  expect(findings[0]?.message).toContain('/extensions/e7/lib and 292 more folders of dynamic_library_path:');
});
