import { expect, test } from 'vitest';
import { checkLibraryFiles } from '../../../src/inspection/check-library-files.ts';
import {
  aBrokenFile,
  aLibrary,
  aModule,
  anInspection,
  arm,
  type ElfRecipe,
  type FileRecipes,
  magic18,
} from '../../support/an-inspection.ts';

function check(recipes: FileRecipes, withoutServer = false) {
  const { images, server, files } = anInspection(recipes, [{ name: 'geo', ldLibraryPath: ['system'] }], {
    withoutServer,
  });
  return images
    .flatMap((image) => checkLibraryFiles(image, server, files))
    .map(({ severity, reason, message }) => `${severity} ${reason}: ${message}`);
}

test('libraries for this machine and this server are worth no word, nor is what no folder of the lists has', () => {
  const broken = aBrokenFile({ kind: 'absent' });
  expect(check({ '/e/geo/lib/geo.so': aModule(), '/e/geo/system/libgeo.so.1': aLibrary() })).toEqual([]);
  expect(check({ '/e/geo/tests/geo.so': broken })).toEqual([]);
});

test.each([
  [{ kind: 'absent' }, 'is a link that leads nowhere'],
  [{ kind: 'unreadable', cause: 'permission denied (EACCES)' }, 'cannot be read: permission denied (EACCES)'],
  [{ kind: 'damaged', how: 'refused', cause: 'file too short' }, 'cannot be loaded: file too short'],
  [{ kind: 'damaged', how: 'truncated', cause: 'it ends after 9 bytes' }, 'dies of SIGBUS'],
] as const)('a library that is %j is told', (read, text) => {
  expect(check({ '/e/geo/lib/geo.so': aBrokenFile(read) })).toEqual([
    expect.stringMatching(/^error LibraryDamaged: \/e\/geo\/lib\/geo\.so .*Build the image again\.$/),
  ]);
  expect(check({ '/e/geo/lib/geo.so': aBrokenFile(read) })[0]).toContain(text);
});

test('a script for linkers among the libraries of the system is for compilers', () => {
  const script = aBrokenFile({ kind: 'damaged', how: 'refused', cause: 'invalid ELF header' });
  expect(check({ '/e/geo/system/libc.so': script })).toEqual([]);
});

test('an executable stack is refused by the glibc of the server, or it is not', () => {
  const module = { '/e/geo/lib/geo.so': aModule({ wantsExecutableStack: true }) };
  const startedWith = (version: string, program: ElfRecipe = {}) => ({
    ...module,
    '/pg/bin/postgres': aLibrary({ needed: ['libc.so.6'], ...program }),
    '/usr/lib/libc.so.6': aLibrary({ soname: 'libc.so.6', versionsDefined: ['GLIBC_2.2.5', version] }),
  });
  expect(check(startedWith('GLIBC_2.41'))).toEqual([
    'error LibraryDamaged: /e/geo/lib/geo.so cannot be loaded: it wants an executable stack, which glibc 2.41 and newer refuse to a library that is opened later. Link it with -Wl,-z,noexecstack, or build it with a newer compiler.',
  ]);
  expect(check(startedWith('GLIBC_2.36'))).toEqual([]);
  expect(check(startedWith('GLIBC_2.42', { wantsExecutableStack: true }))).toEqual([]);
  expect(check(startedWith('GLIBC_2.41'), true)).toEqual([]);
});

test('libraries for another machine are told of together', () => {
  const recipes = { '/e/geo/lib/a.so': aModule({ target: arm }), '/e/geo/lib/b.so': aModule({ target: arm }) };
  expect(check(recipes)).toEqual([
    'error LibraryForeign: /e/geo/lib/a.so, /e/geo/lib/b.so are made for aarch64, and this server for x86-64: it cannot load them. Mount the image for x86-64.',
  ]);
  expect(check(recipes, true)).toEqual([]);
});

test.each([
  [{ ...magic18, major: 17 }, 'was built for PostgreSQL 17, and this is PostgreSQL 18'],
  [{ ...magic18, abi: 'Other' }, 'was built for a server of another make ("Other")'],
  [{ ...magic18, limits: [100, 32, 128, 1] }, 'was built with NAMEDATALEN = 128, and this server with 64'],
])('a module of the magic block %j is refused', (block, text) => {
  expect(check({ '/e/geo/lib/geo.so': aModule({ magic: { kind: 'found', block } }) })).toEqual([
    expect.stringMatching(/^error LibraryOfOtherServer: /),
  ]);
  expect(check({ '/e/geo/lib/geo.so': aModule({ magic: { kind: 'found', block } }) })[0]).toContain(text);
});
