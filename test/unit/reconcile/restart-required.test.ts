import { describe, expect, test } from 'vitest';
import { type RestartInputs, restartKey, restartReasons } from '../../../src/reconcile/restart-required.ts';
import type { EffectiveSettings } from '../../../src/server/effective-settings.ts';

const nothingPending: EffectiveSettings = { settings: [], pendingRestart: [], fileErrors: [], scoped: [] };

/** The running postmaster has all that is desired. */
const settled: RestartInputs = {
  running: { PATH: '/bin', TZ: 'UTC' },
  desired: { PATH: '/bin', TZ: 'UTC' },
  owners: new Map(),
  extensionsDirectory: '/extensions',
  effective: nothingPending,
  preload: { running: '', desired: undefined },
  libraries: new Map(),
};

function reasons(changes: Partial<RestartInputs>) {
  return restartReasons({ ...settled, ...changes });
}

test('there is none when the running postmaster has all that is desired', () => {
  expect(reasons({})).toEqual([]);
});

describe('the environment', () => {
  test('names the extensions whose folders came', () => {
    const desired = {
      ...settled.desired,
      LD_LIBRARY_PATH: '/extensions/postgis/system:/extensions/gdal/a:/extensions/gdal/b',
    };
    const owners = new Map([['LD_LIBRARY_PATH', ['postgis', 'gdal', 'other']]]);
    expect(reasons({ desired, owners })).toEqual([
      {
        name: 'LD_LIBRARY_PATH',
        running: null,
        desired: '/extensions/postgis/system:/extensions/gdal/a:/extensions/gdal/b',
        extensions: ['postgis', 'gdal'],
      },
    ]);
  });

  test('names the extension whose folder is gone, although nobody owns the variable any more', () => {
    const running = { ...settled.running, LD_LIBRARY_PATH: '/extensions/postgis/system' };
    expect(reasons({ running })).toEqual([
      { name: 'LD_LIBRARY_PATH', running: '/extensions/postgis/system', desired: null, extensions: ['postgis'] },
    ]);
  });

  test('names only the extensions whose folders differ', () => {
    const running = { ...settled.running, PATH: '/bin:/extensions/a/bin:/extensions/b/bin' };
    const desired = { ...settled.desired, PATH: '/bin:/extensions/a/bin:/extensions/c/bin' };
    expect(reasons({ running, desired })).toMatchObject([{ name: 'PATH', extensions: ['b', 'c'] }]);
  });

  test('names the owners of a variable that holds no folder of an image', () => {
    const owners = new Map([['GDAL_CACHEMAX', ['gdal']]]);
    expect(reasons({ desired: { ...settled.desired, GDAL_CACHEMAX: '64' }, owners })).toEqual([
      { name: 'GDAL_CACHEMAX', running: null, desired: '64', extensions: ['gdal'] },
    ]);
  });

  test('does not take a folder that begins alike for one of an image', () => {
    const desired = { ...settled.desired, PATH: '/bin:/extensions-of-mine/bin' };
    expect(reasons({ desired })).toMatchObject([{ name: 'PATH', extensions: [] }]);
  });

  test('keeps to itself what variables of the container hold', () => {
    const desired = { ...settled.desired, AWS_ROLE_ARN: 'arn:mine', TZ: 'Europe/Berlin' };
    expect(reasons({ desired })).toEqual([
      { name: 'AWS_ROLE_ARN', running: null, desired: '(hidden)', extensions: [] },
      { name: 'TZ', running: '(hidden)', desired: '(hidden)', extensions: [] },
    ]);
  });

  test.each(['PGX_PASSWORD', 'API_TOKEN', 'MY_SECRET', 'licence_key'])(
    'keeps to itself what calls itself a secret, also of an extension: %s',
    (name) => {
      const inputs = { desired: { ...settled.desired, [name]: 'hush' }, owners: new Map([[name, ['pgx']]]) };
      expect(reasons(inputs)).toEqual([{ name, running: null, desired: '(hidden)', extensions: ['pgx'] }]);
    },
  );

  test('gives no reason while it cannot be read', () => {
    expect(reasons({ running: undefined, desired: { PATH: '/other' } })).toEqual([]);
  });
});

describe('a parameter that waits for a restart', () => {
  test('is a reason, with the value from the files', () => {
    const pendingRestart = [
      { name: 'max_connections', running: '100', desired: '200' },
      { name: 'wal_level', running: 'logical', desired: undefined },
    ];
    expect(reasons({ effective: { ...nothingPending, pendingRestart } })).toEqual([
      { name: 'max_connections', running: '100', desired: '200', extensions: [] },
      { name: 'wal_level', running: 'logical', desired: null, extensions: [] },
    ]);
  });

  test('is not known without a session', () => {
    expect(reasons({ effective: undefined, preload: { running: undefined, desired: 'pgaudit' } })).toEqual([]);
  });
});

describe('the libraries to preload', () => {
  const libraries = new Map([
    ['pgaudit', 'pgaudit'],
    ['pg_stat_statements', 'stats'],
  ]);

  test('are a reason when the list is another, with the extensions that have what came and went', () => {
    const preload = { running: 'pgaudit, auto_explain', desired: 'auto_explain, pg_stat_statements' };
    expect(reasons({ preload, libraries })).toEqual([
      {
        name: 'shared_preload_libraries',
        running: 'pgaudit, auto_explain',
        desired: 'auto_explain, pg_stat_statements',
        extensions: ['pgaudit', 'stats'],
      },
    ]);
  });

  test('are no reason when only the spelling is another', () => {
    expect(reasons({ preload: { running: 'pgaudit.so,"auto_explain"', desired: 'pgaudit, auto_explain' } })).toEqual(
      [],
    );
  });

  test('are no reason when one was given by its path, since it was not to be found by its name', () => {
    expect(reasons({ preload: { running: '"/extensions/a/lib/pgaudit.so"', desired: 'pgaudit' } })).toEqual([]);
  });

  test('are a reason when their order is another: they are loaded in it', () => {
    expect(reasons({ preload: { running: 'a, b', desired: 'b, a' } })).toMatchObject([{ extensions: [] }]);
  });

  test('are a reason when the first one comes', () => {
    expect(reasons({ preload: { running: '', desired: 'pgaudit' }, libraries })).toMatchObject([
      { name: 'shared_preload_libraries', running: '', desired: 'pgaudit', extensions: ['pgaudit'] },
    ]);
  });

  test('are a reason when the last one goes, and nobody sets the list any more', () => {
    expect(reasons({ preload: { running: 'pgaudit', desired: undefined }, libraries })).toMatchObject([
      { name: 'shared_preload_libraries', running: 'pgaudit', extensions: ['pgaudit'] },
    ]);
  });

  test('are not told twice, by PostgreSQL too', () => {
    const pendingRestart = [{ name: 'shared_preload_libraries', running: 'a', desired: 'b' }];
    const effective = { ...nothingPending, pendingRestart };
    expect(reasons({ effective, preload: { running: 'a', desired: 'b' } })).toHaveLength(1);
  });
});

describe('the key', () => {
  const key = (changes: Partial<RestartInputs>): string => restartKey({ ...settled, ...changes });
  const path = { desired: { ...settled.desired, PATH: '/bin:/b' } };

  test('is the same for the same reasons, whoever causes them', () => {
    expect(key(path)).toBe(key({ ...path, owners: new Map([['PATH', ['geo']]]) }));
  });

  test.each([
    ['another desired value', { desired: { ...settled.desired, PATH: '/bin:/c' } }],
    ['a further reason', { desired: { ...path.desired, TZ: 'CET' } }],
    ['no reason', {}],
  ])('is another for %s', (_, others) => {
    expect(key(others)).not.toBe(key(path));
  });

  test('tells values apart that are not shown', () => {
    const secret = (value: string): Partial<RestartInputs> => ({ desired: { ...settled.desired, API_TOKEN: value } });
    expect(key(secret('a'))).not.toBe(key(secret('b')));
    expect(key(secret('a'))).not.toContain('a"');
  });
});
