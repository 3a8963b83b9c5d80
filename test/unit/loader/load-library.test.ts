import { describe, expect, test } from 'vitest';
import { type Loaded, type LoadFailure, loadLibrary, startProgram } from '../../../src/loader/load-library.ts';
import type { Loader } from '../../../src/loader/shared-library.ts';
import { aLoader, anElf, type FakeFiles } from '../../support/a-loader.ts';
import type { ElfRecipe } from '../../support/an-elf-file.ts';

const interpreter = '/lib/ld-linux.so.2';
const postgres: ElfRecipe = { interpreter, needed: ['libc.so.6'] };
const system: FakeFiles = {
  [interpreter]: { soname: 'ld-linux.so.2', versionsDefined: ['ld-linux.so.2', 'GLIBC_2.3'] },
  '/lib/libc.so.6': { soname: 'libc.so.6', versionsDefined: ['libc.so.6', 'GLIBC_2.2.5', 'GLIBC_2.36'] },
};

/** Opens `/m/m.so` in a running server. */
function opened(recipe: ElfRecipe, files: FakeFiles = {}, changes: Partial<Loader> = {}, main = postgres): Loaded {
  const loader = aLoader({ ...system, ...files }, changes);
  const running = startProgram('/bin/postgres', anElf(main), loader);
  return loadLibrary('/m/m.so', { elf: anElf(recipe), file: '/m/m.so' }, running, loader);
}

function paths({ objects }: Loaded): readonly string[] {
  return objects.map(({ path }) => path);
}

function told({ failures }: Loaded): readonly string[] {
  return failures.map(tell);
}

function tell(failure: LoadFailure): string {
  switch (failure.kind) {
    case 'missing':
      return `${failure.name} missing for ${failure.by.path}`;
    case 'damaged':
      return `${failure.path} ${failure.cause}`;
    case 'version':
      return `${failure.needed.version} not in ${failure.provider.path} for ${failure.by.path}`;
  }
}

test('all that is needed is loaded, breadth first, each once', () => {
  const loaded = opened(
    { needed: ['liba.so', 'libb.so'] },
    {
      '/lib/liba.so': { needed: ['libc2.so', 'libb.so'] },
      '/lib/libb.so': { needed: ['liba.so'] },
      '/lib/libc2.so': {},
    },
  );
  expect(paths(loaded)).toEqual(['/m/m.so', '/lib/liba.so', '/lib/libb.so', '/lib/libc2.so']);
  expect(loaded.failures).toEqual([]);
});

test('what the server has loaded is not looked for again', () => {
  expect(paths(opened({ needed: ['libc.so.6'] }, { '/l/libc.so.6': {} }))).toEqual(['/m/m.so']);
  const files = { '/l/libc.so.6': system['/lib/libc.so.6'] ?? {} };
  expect(paths(opened({ needed: ['libc.so.6'], rpath: '/l' }, files))).toEqual(['/m/m.so']);
});

test('the loader itself is there before it is needed', () => {
  expect(paths(opened({ needed: ['ld-linux.so.2'], rpath: '/l' }, { '/l/ld-linux.so.2': {} }))).toEqual(['/m/m.so']);
});

describe('under two names', () => {
  test('one file is loaded once', () => {
    const files: FakeFiles = { '/lib/liba.so.1': {}, '/usr/lib/liba.so': { link: '/lib/liba.so.1' } };
    expect(paths(opened({ needed: ['liba.so.1', 'liba.so'] }, files))).toEqual(['/m/m.so', '/lib/liba.so.1']);
  });

  test('two files are loaded both, although they have one name of their own', () => {
    const files: FakeFiles = { '/lib/liba.so.1': { soname: 'liba.so.1' }, '/lib/liba.so': { soname: 'liba.so.1' } };
    expect(paths(opened({ needed: ['liba.so.1', 'liba.so'] }, files))).toEqual([
      ...['/m/m.so', '/lib/liba.so.1', '/lib/liba.so'],
    ]);
  });

  test('a library is found by its own, which is as good as that of the file', () => {
    const files: FakeFiles = { '/lib/liba.so': { soname: 'liba.so.1' }, '/lib/liba.so.1': {} };
    expect(paths(opened({ needed: ['liba.so', 'liba.so.1'] }, files))).toEqual(['/m/m.so', '/lib/liba.so']);
  });

  test('but not with musl, which goes by the name that was asked for', () => {
    const files: FakeFiles = { '/lib/liba.so': { soname: 'liba.so.1' }, '/lib/liba.so.1': {} };
    const loaded = opened({ needed: ['liba.so', 'liba.so.1'] }, files, { libc: 'musl' });
    expect(paths(loaded)).toEqual(['/m/m.so', '/lib/liba.so', '/lib/liba.so.1']);
  });
});

test('a library of the server is not replaced by one that is opened and calls itself the same', () => {
  const loaded = opened(
    { soname: 'libc.so.6', needed: ['liba.so'] },
    { '/lib/liba.so': { needed: ['libc.so.6'], versionsNeeded: { 'libc.so.6': ['GLIBC_2.36'] } } },
  );
  expect(loaded.failures).toEqual([]);
});

test('what is open is not opened again', () => {
  const loader = aLoader(system);
  const running = startProgram('/bin/postgres', anElf(postgres), loader);
  const again = { elf: anElf({ needed: ['nothing.so'] }), file: '/lib/libc.so.6' };
  expect(loadLibrary('/else/where.so', again, running, loader)).toEqual({ objects: [], failures: [] });
});

describe('what is missing', () => {
  test('is told with who needs it, and all that is', () => {
    const loaded = opened({ needed: ['liba.so', 'libx.so'] }, { '/lib/liba.so': { needed: ['liby.so', 'libx.so'] } });
    expect(told(loaded)).toEqual([
      ...['libx.so missing for /m/m.so', 'liby.so missing for /lib/liba.so', 'libx.so missing for /lib/liba.so'],
    ]);
  });

  test('is told with what was passed over', () => {
    const cause = 'it is made for aarch64';
    const { failures } = opened({ needed: ['liba.so'] }, { '/lib/liba.so': { kind: 'passed-over', cause } });
    expect(failures).toMatchObject([{ kind: 'missing', passedOver: [{ path: '/lib/liba.so', cause }] }]);
  });

  test('is not looked for without end', () => {
    const needed = Array.from({ length: 500 }, (_, index) => `lib${index}.so`);
    expect(opened({ needed }).failures).toHaveLength(100);
  });
});

test('what is damaged ends the search, though there is a sound one behind it', () => {
  const files: FakeFiles = { '/lib/liba.so': { kind: 'damaged', cause: 'file too short' }, '/usr/lib/liba.so': {} };
  expect(told(opened({ needed: ['liba.so'] }, files))).toEqual(['/lib/liba.so file too short']);
});

describe('what cannot be opened', () => {
  const files: FakeFiles = {
    '/l/liba.so': { kind: 'unreadable', cause: 'too many links' },
    '/k/liba.so': {},
    '/lib/liba.so': {},
  };
  const changes = { ldLibraryPath: ['/l', '/k'] };

  test('ends the search in that list for glibc', () => {
    expect(paths(opened({ needed: ['liba.so'] }, files, changes))).toEqual(['/m/m.so', '/lib/liba.so']);
  });

  test('ends it altogether for musl', () => {
    const loaded = opened({ needed: ['liba.so'] }, files, { ...changes, libc: 'musl' });
    expect(told(loaded)).toEqual(['liba.so missing for /m/m.so']);
  });
});

describe('a version', () => {
  const needs: ElfRecipe = { needed: ['libc.so.6'], versionsNeeded: { 'libc.so.6': ['GLIBC_2.36', 'GLIBC_2.38'] } };

  test('that a library does not have keeps from loading what needs it', () => {
    expect(told(opened(needs))).toEqual(['GLIBC_2.38 not in /lib/libc.so.6 for /m/m.so']);
  });

  test('that is weak does not', () => {
    expect(opened({ ...needs, versionsNeeded: { 'libc.so.6': ['GLIBC_2.38?'] } }).failures).toEqual([]);
  });

  test('is looked for in the library that has the name, whatever its file is called', () => {
    const files: FakeFiles = { '/lib/other.so': { soname: 'liba.so.1', versionsDefined: ['liba.so.1', 'A_1'] } };
    const loaded = opened(
      { needed: ['other.so', 'liba.so.1'], versionsNeeded: { 'liba.so.1': ['A_1', 'A_2'] } },
      files,
    );
    expect(told(loaded)).toEqual(['A_2 not in /lib/other.so for /m/m.so']);
  });

  test('of the loader itself is looked for there', () => {
    const loaded = opened({ needed: ['ld-linux.so.2'], versionsNeeded: { 'ld-linux.so.2': ['GLIBC_2.3', 'GLIBC_9'] } });
    expect(told(loaded)).toEqual([`GLIBC_9 not in ${interpreter} for /m/m.so`]);
  });

  test('is the name of the library itself, too', () => {
    expect(opened({ needed: ['libc.so.6'], versionsNeeded: { 'libc.so.6': ['libc.so.6'] } }).failures).toEqual([]);
  });

  test('is not asked of a library that has none', () => {
    const files: FakeFiles = { '/lib/liba.so.1': {} };
    expect(opened({ needed: ['liba.so.1'], versionsNeeded: { 'liba.so.1': ['A_1'] } }, files).failures).toEqual([]);
  });

  test('is nothing to musl', () => {
    expect(opened(needs, {}, { libc: 'musl' }).failures).toEqual([]);
  });

  test('is asked of the library that comes first in the environment', () => {
    const files: FakeFiles = { '/l/libz.so.1': { versionsDefined: ['libz.so.1', 'Z_1'] }, '/lib/libz.so.1': {} };
    const module: ElfRecipe = { needed: ['libz.so.1'], versionsNeeded: { 'libz.so.1': ['Z_2'] } };
    expect(told(opened(module, files, { ldLibraryPath: ['/l'] }))).toEqual(['Z_2 not in /l/libz.so.1 for /m/m.so']);
  });
});

test.each(['libc.so', 'libc.musl-x86_64.so.1', 'libpthread.so.0', 'libm.so.6', 'libdl.so.2'])(
  'musl has %s in itself',
  (name) => {
    expect(opened({ needed: [name] }, {}, { libc: 'musl' }).failures).toEqual([]);
    expect(opened({ needed: [name] }).failures).not.toEqual([]);
  },
);

test('musl has no more in itself than that', () => {
  const loaded = opened({ needed: ['libcrypt.so.1', 'libmagic.so.1'] }, {}, { libc: 'musl' });
  expect(loaded.failures).toHaveLength(2);
});
