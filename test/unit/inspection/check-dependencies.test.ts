import { expect, test } from 'vitest';
import { checkDependencies } from '../../../src/inspection/check-dependencies.ts';
import {
  aLibrary,
  aModule,
  anInspection,
  arm,
  type EntryRecipe,
  type FileRecipes,
} from '../../support/an-inspection.ts';

const module = aModule({ needed: ['libproj.so.25'] });
const proj = aLibrary({ soname: 'libproj.so.25' });
const listing: EntryRecipe = { name: 'geo', ldLibraryPath: ['system'] };

function check(recipes: FileRecipes, entries: readonly EntryRecipe[] = [{ name: 'geo' }]) {
  const inspection = anInspection({ '/e/geo/lib/geo.so': module, ...recipes }, entries);
  const own = inspection.images.find(({ observed }) => observed.name === 'geo');
  return own === undefined
    ? []
    : checkDependencies(own, inspection).map(({ reason, message }) => `${reason}: ${message}`);
}

test('a library in a folder that is listed is found', () => {
  expect(check({ '/e/geo/system/libproj.so.25': proj }, [listing])).toEqual([]);
  expect(check({ '/usr/lib/libproj.so.25': proj })).toEqual([]);
});

test('a library in a folder that is not listed is told with the list that is needed', () => {
  expect(check({ '/e/geo/system/libproj.so.25': proj })).toEqual([
    'SystemLibraryMissing: geo.so needs libproj.so.25: it is in /e/geo/system, which ld_library_path does not list. Add ld_library_path: [system].',
  ]);
  const both = { '/e/geo/lib/more.so': module, '/e/geo/more/libproj.so.25': proj };
  expect(check(both, [listing])).toEqual([
    'SystemLibraryMissing: geo.so, more.so need libproj.so.25: it is in /e/geo/more, which ld_library_path does not list. Add ld_library_path: [system, more].',
  ]);
});

test('libraries in several folders are told with one list', () => {
  const two = aModule({ needed: ['libproj.so.25', 'libcurl.so.4'] });
  const recipes = {
    '/e/geo/lib/geo.so': two,
    '/e/geo/network/libcurl.so.4': aLibrary(),
    '/e/geo/system/libproj.so.25': proj,
  };
  expect(check(recipes).map((message) => message.slice(message.indexOf('Add')))).toEqual([
    'Add ld_library_path: [system, network].',
    'Add ld_library_path: [system, network].',
  ]);
});

test('a library of another image that does not list it is told so', () => {
  const recipes = { '/e/other/system/libproj.so.25': proj };
  expect(check(recipes, [{ name: 'geo' }, { name: 'other' }])).toEqual([
    expect.stringMatching(/which ld_library_path of other does not list\. Add ld_library_path: \[system\] to other\.$/),
  ]);
});

test('dynamic_library_path does not help the loader', () => {
  const entry = { name: 'geo', libraryPath: ['lib', 'system'] };
  expect(check({ '/e/geo/system/libproj.so.25': proj }, [entry])).toEqual([
    expect.stringContaining(
      'It is in dynamic_library_path, where PostgreSQL looks for modules and the loader does not look.',
    ),
  ]);
});

test('a library that is nowhere is told with what needs it', () => {
  expect(check({})).toEqual([
    'SystemLibraryMissing: geo.so needs libproj.so.25, which is in no folder that the loader searches and in no image. Bring it in a folder of the image and list that in ld_library_path, or add it to the image of the server.',
  ]);
  const between = aLibrary({ soname: 'libproj.so.25', needed: ['libcurl.so.4'] });
  expect(check({ '/usr/lib/libproj.so.25': between })).toEqual([
    expect.stringContaining('geo.so needs libcurl.so.4 by way of libproj.so.25'),
  ]);
});

test('a library for another machine is passed over, and one that is damaged stops the loader', () => {
  expect(check({ '/usr/lib/libproj.so.25': aLibrary({ target: arm }) })).toEqual([
    expect.stringContaining('/usr/lib/libproj.so.25 cannot be used: it is made for another machine'),
  ]);
  expect(check({ '/e/geo/system/libproj.so.25': aLibrary({ target: arm }) }, [listing])).toEqual([
    expect.stringContaining('/e/geo/system/libproj.so.25 cannot be used: it is made for another machine'),
  ]);
  expect(check({ '/e/geo/system/libproj.so.25': 'text' }, [listing])).toEqual([
    'LibraryDamaged: geo.so needs libproj.so.25, and /e/geo/system/libproj.so.25 cannot be loaded: invalid ELF header. Build the image again.',
  ]);
});

test('a version of a symbol that a library does not have is told, and where the other library comes from', () => {
  const needing = aModule({
    needed: ['libproj.so.25'],
    versionsNeeded: [{ file: 'libproj.so.25', version: 'PROJ_9' }],
  });
  const older = aLibrary({ soname: 'libproj.so.25', versionsDefined: ['PROJ_8'] });
  expect(check({ '/e/geo/lib/geo.so': needing, '/usr/lib/libproj.so.25': older })).toEqual([
    'SymbolVersionMissing: geo.so needs PROJ_9, and the system of this server has PROJ_8 (/usr/lib/libproj.so.25): the image was built on a newer distribution. Mount the image that was built for this one.',
  ]);
  const first = [{ name: 'first', ldLibraryPath: ['system'] }, listing];
  expect(check({ '/e/geo/lib/geo.so': needing, '/e/first/system/libproj.so.25': older }, first)).toEqual([
    expect.stringContaining(
      'and gets /e/first/system/libproj.so.25, which does not have that and comes first in LD_LIBRARY_PATH',
    ),
  ]);
});
