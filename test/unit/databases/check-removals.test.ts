import { describe, expect, test } from 'vitest';
import { checkRemovals, type RemovalInputs } from '../../../src/databases/check-removals.ts';
import type { DatabaseCatalog, UsedLibrary } from '../../../src/databases/database-catalog.ts';
import { aDatabaseCatalog, anInstalledExtension } from '../../support/a-database.ts';
import { aLeavingImage } from '../../support/a-leaving-image.ts';

const pgvector = aLeavingImage('pgvector', { provides: ['vector'], libraries: ['vector'] });
const nothing: RemovalInputs = {
  leaving: [pgvector],
  staying: [],
  looks: [],
  notLookedAt: [],
  slots: [],
  preloadWanted: [],
  librarySettings: [],
};

function check(changes: Partial<RemovalInputs>) {
  return checkRemovals({ ...nothing, ...changes })[0];
}

function blockers(changes: Partial<RemovalInputs>): readonly string[] | undefined {
  return check(changes)?.blockers;
}

function look(catalog: DatabaseCatalog, database = 'app') {
  return { looks: [{ database, catalog }] };
}

function withLibrary(probin: string, changes: Partial<UsedLibrary> = {}) {
  const library = { probin, extension: undefined, functions: 1, example: 'public.f(integer)', ...changes };
  return look(aDatabaseCatalog({ libraries: [library] }));
}

const withVector = look(aDatabaseCatalog({ extensions: [anInstalledExtension('vector', { version: '0.8.7' })] }));

describe('an image that left', () => {
  test('is free when all databases were seen and nothing needs it', () => {
    expect(check(look(aDatabaseCatalog()))).toEqual({
      image: 'pgvector',
      state: 'held',
      blockers: [],
      isFree: true,
      finding: undefined,
    });
  });

  test('is not free while a database was not seen', () => {
    const removal = check({ notLookedAt: [{ database: 'shop', why: 'it accepts no connections.' }] });
    expect(removal).toMatchObject({ blockers: [], isFree: false, finding: { severity: 'info' } });
    expect(removal?.finding?.message).toContain('shop (it accepts no connections)');
  });

  test('is free though another one is held', () => {
    const removals = checkRemovals({ ...nothing, ...withVector, leaving: [aLeavingImage('geo'), pgvector] });
    expect(removals.map(({ image, isFree }) => [image, isFree])).toEqual([
      ['geo', true],
      ['pgvector', false],
    ]);
  });

  test('that is gone has its uses told by its name', () => {
    const gone = { ...pgvector, state: 'gone' } as const;
    expect(check({ ...withVector, leaving: [gone] })).toMatchObject({
      state: 'gone',
      isFree: false,
      finding: { severity: 'error', reason: 'LibraryMissing', subject: 'extension/pgvector' },
    });
  });
});

describe('an installed extension', () => {
  test('holds the image that provides it', () => {
    expect(blockers(withVector)).toEqual(['database app: DROP EXTENSION vector (0.8.7)']);
  });

  test('is told once for each database', () => {
    const catalog = aDatabaseCatalog({ extensions: [anInstalledExtension('vector')] });
    const looks = ['app', 'my shop'].map((database) => ({ database, catalog }));
    expect(blockers({ looks })).toEqual([
      'database app: DROP EXTENSION vector (1.0)',
      'database "my shop": DROP EXTENSION vector (1.0)',
    ]);
  });

  test('holds no image that does not provide it', () => {
    const catalog = aDatabaseCatalog({ extensions: [anInstalledExtension('pgvector')] });
    expect(check(look(catalog))?.isFree).toBe(true);
  });

  test('holds nothing if something that stays provides it, too', () => {
    const staying = [{ provides: ['vector'], libraries: ['vector.so'] }];
    const catalog = aDatabaseCatalog({
      extensions: [anInstalledExtension('vector')],
      libraries: [{ probin: '$libdir/vector', extension: 'vector', functions: 9, example: 'public.f()' }],
    });
    expect(check({ ...look(catalog), staying })?.isFree).toBe(true);
  });

  test('is told without its functions', () => {
    const catalog = aDatabaseCatalog({
      extensions: [anInstalledExtension('vector')],
      libraries: [{ probin: '$libdir/vector', extension: 'vector', functions: 9, example: 'public.f()' }],
    });
    expect(blockers(look(catalog))).toEqual(['database app: DROP EXTENSION vector (1.0)']);
  });

  test('with a name that is no plain word is quoted as a statement needs it', () => {
    const leaving = [aLeavingImage('uuid', { provides: ['uuid-ossp', 'a"b'] })];
    const catalog = aDatabaseCatalog({ extensions: [anInstalledExtension('uuid-ossp'), anInstalledExtension('a"b')] });
    expect(blockers({ ...look(catalog), leaving })).toEqual([
      'database app: DROP EXTENSION "uuid-ossp" (1.0), DROP EXTENSION "a""b" (1.0)',
    ]);
  });
});

describe('a function', () => {
  test.each(['vector', 'vector.so', '$libdir/vector', '/extensions/pgvector/elsewhere/x.so'])(
    'that uses the library %s holds the image',
    (probin) => {
      expect(blockers(withLibrary(probin))).toHaveLength(1);
    },
  );

  test.each(['vector2', '$libdir/plugins/vector', '/opt/vector.so', '/extensions/pgvector2/vector.so'])(
    'that uses the library %s does not hold the image',
    (probin) => {
      expect(blockers(withLibrary(probin))).toEqual([]);
    },
  );

  test('is named, with the library, and stands for all that use it', () => {
    expect(blockers(withLibrary('$libdir/vector'))).toEqual([
      'database app: function public.f(integer) uses the library vector: drop it',
    ]);
    expect(blockers(withLibrary('vector', { functions: 3 }))).toEqual([
      'database app: function public.f(integer) and 2 more use the library vector: drop them',
    ]);
  });

  test('of an extension whose new image lacks the library of the installed version holds the old one', () => {
    const old = aLeavingImage('old', { provides: ['ts'], libraries: ['ts', 'ts-1.0'] });
    const staying = [{ provides: ['ts'], libraries: ['ts.so', 'ts-1.1.so'] }];
    const catalog = aDatabaseCatalog({
      extensions: [anInstalledExtension('ts')],
      libraries: [{ probin: '$libdir/ts-1.0', extension: 'ts', functions: 9, example: 'public.f()' }],
    });
    expect(blockers({ ...look(catalog), leaving: [old], staying })).toEqual([
      'database app: extension ts (1.0) uses the library ts-1.0: update or drop it',
    ]);
  });

  test('holds the image also when the library is named by a path and something that stays has it', () => {
    const staying = [{ provides: [], libraries: ['vector'] }];
    expect(blockers({ ...withLibrary('vector'), staying })).toEqual([]);
    expect(blockers({ ...withLibrary('/extensions/pgvector/lib/vector'), staying })).toHaveLength(1);
  });
});

describe('besides the databases', () => {
  const leaving = [aLeavingImage('wal2json'), aLeavingImage('pgaudit')];
  const all = (changes: Partial<RemovalInputs>) =>
    checkRemovals({ ...nothing, leaving, ...changes }).map((removal) => removal.blockers);

  test('a replication slot holds the image of its plugin', () => {
    expect(all({ slots: [{ name: 's', plugin: 'wal2json', database: 'app' }] })).toEqual([
      ['replication slot s uses wal2json: drop the slot'],
      [],
    ]);
  });

  test('an entry of shared_preload_libraries that users name holds the image', () => {
    expect(all({ preloadWanted: ['pgaudit.so', 'other'] })).toEqual([
      [],
      ['shared_preload_libraries names pgaudit.so: take it off'],
    ]);
  });

  test('a setting that names a library holds the image', () => {
    const librarySettings = [
      { name: 'session_preload_libraries', value: 'other, pgaudit' },
      { name: 'archive_library', value: '"' },
    ];
    expect(all({ librarySettings })).toEqual([[], ['session_preload_libraries names pgaudit: take it off']]);
  });
});
