import { describe, expect, test } from 'vitest';
import { candidatePaths, expandName } from '../../../src/loader/search-folders.ts';
import type { LoadedObject, Loader } from '../../../src/loader/shared-library.ts';
import { aLoader, anElf } from '../../support/a-loader.ts';
import type { ElfRecipe } from '../../support/an-elf-file.ts';

function object(path: string, recipe: ElfRecipe = {}, neededBy?: LoadedObject): LoadedObject {
  return { path, elf: anElf(recipe), file: path, neededBy };
}

const program = object('/usr/lib/postgresql/18/bin/postgres');

/** Where `liba.so.1` is looked for, the lists one behind the other. */
function searched(one: LoadedObject, changes: Partial<Loader> = {}, main = program): readonly string[] {
  return candidatePaths('liba.so.1', one, main, aLoader({}, { defaultFolders: ['/lib'], ...changes })).flat();
}

const module = '/extensions/a/lib/a.so';

describe('glibc looks', () => {
  test.each<[string, ElfRecipe, Partial<Loader>, readonly string[]]>([
    ['in its own folders', {}, {}, ['/lib/liba.so.1']],
    [
      'in DT_RPATH first',
      { rpath: '/r' },
      { ldLibraryPath: ['/l'] },
      ['/r/liba.so.1', '/l/liba.so.1', '/lib/liba.so.1'],
    ],
    [
      'in DT_RUNPATH later',
      { runpath: '/r' },
      { ldLibraryPath: ['/l'] },
      ['/l/liba.so.1', '/r/liba.so.1', '/lib/liba.so.1'],
    ],
    ['not in DT_RPATH beside DT_RUNPATH', { rpath: '/r', runpath: '/u' }, {}, ['/u/liba.so.1', '/lib/liba.so.1']],
    ['not even if that is empty', { rpath: '/r', runpath: '' }, {}, ['/lib/liba.so.1']],
    ['in the cache before its own folders', {}, { cached: () => '/c/liba.so.1' }, ['/c/liba.so.1', '/lib/liba.so.1']],
    [
      'in elements between semicolons',
      {},
      { ldLibraryPath: ['/l;/m'] },
      ['/l/liba.so.1', '/m/liba.so.1', '/lib/liba.so.1'],
    ],
    [
      'in no element that is relative',
      { runpath: 'r::/u' },
      { ldLibraryPath: ['', '.', 'l'] },
      ['/u/liba.so.1', '/lib/liba.so.1'],
    ],
    [
      'where it was opened from',
      { runpath: '$ORIGIN/../x:${ORIGIN}y' },
      {},
      ['/extensions/a/lib/../x/liba.so.1', '/extensions/a/liby/liba.so.1', '/lib/liba.so.1'],
    ],
    [
      'for $LIB',
      { runpath: '/x/$LIB:/${LIB}y' },
      {},
      ['/x/lib/x86_64-linux-gnu/liba.so.1', '/lib/x86_64-linux-gnuy/liba.so.1', '/lib/liba.so.1'],
    ],
    [
      'for all that $PLATFORM may be',
      { runpath: '/x/$PLATFORM' },
      {},
      ['/x/x86_64/liba.so.1', '/x/haswell/liba.so.1', '/lib/liba.so.1'],
    ],
    [
      'for no other word',
      { runpath: '/$ORIGINAL:/$LIBS:/$OTHER' },
      {},
      ['/$ORIGINAL/liba.so.1', '/$LIBS/liba.so.1', '/$OTHER/liba.so.1', '/lib/liba.so.1'],
    ],
    [
      'for the folder of the program in the environment',
      {},
      { ldLibraryPath: ['$ORIGIN/../lib'] },
      ['/usr/lib/postgresql/18/bin/../lib/liba.so.1', '/lib/liba.so.1'],
    ],
    [
      'into subfolders first',
      { runpath: '/r' },
      { subfolders: (folder) => (folder === '/r' ? ['glibc-hwcaps/x86-64-v3', 'glibc-hwcaps/x86-64-v2'] : []) },
      ['/r/glibc-hwcaps/x86-64-v3/liba.so.1', '/r/glibc-hwcaps/x86-64-v2/liba.so.1', '/r/liba.so.1', '/lib/liba.so.1'],
    ],
    [
      'not in its own folders for who asks for that',
      { runpath: '/r', flags1: 0x800 },
      { cached: () => '/lib/x/liba.so.1' },
      ['/r/liba.so.1'],
    ],
    [
      'but in what else the cache has',
      { flags1: 0x800 },
      { cached: () => '/opt/lib/liba.so.1' },
      ['/opt/lib/liba.so.1'],
    ],
  ])('%s', (_, recipe, changes, expected) => {
    expect(searched(object(module, recipe), changes)).toEqual(expected);
  });

  test('in DT_RPATH of whoever needed it, up to the program, unless there is DT_RUNPATH', () => {
    const main = object('/bin/postgres', { rpath: '/main' });
    const first = object(module, { rpath: '/first' });
    const second = object('/s/libs.so', { rpath: '/hidden', runpath: '/second' }, first);
    const third = object('/t/libt.so', { rpath: '/third' }, second);
    expect(searched(third, {}, main)).toEqual(
      ['/third', '/first', '/main', '/lib'].map((folder) => `${folder}/liba.so.1`),
    );
    expect(searched(second, {}, main)).toEqual(['/second', '/lib'].map((folder) => `${folder}/liba.so.1`));
  });

  test('in DT_RUNPATH of nobody else', () => {
    const main = object('/bin/postgres', { runpath: '/main' });
    const second = object('/s/libs.so', {}, object(module, { runpath: '/first' }));
    expect(searched(second, {}, main)).toEqual(['/lib/liba.so.1']);
  });

  test('in the path of the program once', () => {
    const main = object('/bin/postgres', { rpath: '/main' });
    expect(searched(main, {}, main)).toEqual(['/main/liba.so.1', '/lib/liba.so.1']);
  });
});

describe('musl looks', () => {
  test.each<[string, ElfRecipe, Partial<Loader>, readonly string[]]>([
    [
      'in the environment first',
      { rpath: '/r' },
      { ldLibraryPath: ['/l'] },
      ['/l/liba.so.1', '/r/liba.so.1', '/lib/liba.so.1'],
    ],
    ['in DT_RUNPATH in place of DT_RPATH', { rpath: '/r', runpath: '/u' }, {}, ['/u/liba.so.1', '/lib/liba.so.1']],
    [
      'where it was opened from',
      { rpath: '$ORIGIN/x:${ORIGIN}/y' },
      {},
      ['/extensions/a/lib/x/liba.so.1', '/extensions/a/lib/y/liba.so.1', '/lib/liba.so.1'],
    ],
    ['nowhere for another word', { rpath: '/r:$ORIGIN:/$LIB' }, {}, ['/lib/liba.so.1']],
    [
      'in the environment as it is written',
      {},
      { ldLibraryPath: ['/l;/m', '$ORIGIN'] },
      ['/l;/m/liba.so.1', '/lib/liba.so.1'],
    ],
    ['in its own folders for everybody', { flags1: 0x800 }, {}, ['/lib/liba.so.1']],
    ['in no cache', {}, { subfolders: () => ['x'] }, ['/lib/liba.so.1']],
  ])('%s', (_, recipe, changes, expected) => {
    expect(searched(object(module, recipe), { libc: 'musl', ...changes })).toEqual(expected);
  });

  test('in either path of whoever needed it, and of the program', () => {
    const main = object('/bin/postgres', { runpath: '/main' });
    const second = object('/s/libs.so', { rpath: '/second' }, object(module, { runpath: '/first' }));
    expect(searched(second, { libc: 'musl' }, main)).toEqual(
      ['/second', '/first', '/main', '/lib'].map((folder) => `${folder}/liba.so.1`),
    );
  });
});

describe('a name with a slash', () => {
  const one = object(module, { runpath: '/r' });
  const paths = (name: string, libc: Loader['libc']): readonly string[] => {
    const loader = aLoader({}, { libc, ldLibraryPath: ['/l'] });
    return candidatePaths(expandName(name, one, loader), one, program, loader).flat();
  };

  test.each(['glibc', 'musl'] as const)('is looked for nowhere else by %s', (libc) => {
    expect(paths('/opt/liba.so', libc)).toEqual(['/opt/liba.so']);
  });

  test.each(['glibc', 'musl'] as const)(
    'is below the data directory for %s if it is relative, which is as good as nowhere',
    (libc) => {
      expect(paths('lib/liba.so', libc)).toEqual([]);
    },
  );

  test('may have a word in it for glibc', () => {
    expect(paths('$ORIGIN/../liba.so', 'glibc')).toEqual(['/extensions/a/lib/../liba.so']);
    expect(paths('$ORIGIN/../liba.so', 'musl')).toEqual([]);
  });
});
