import { expect, test } from 'vitest';
import { suggestFolders } from '../../../src/inspection/suggest-configuration.ts';
import { aLibrary, aModule, anInspection, type FileRecipes } from '../../support/an-inspection.ts';

function suggest(recipes: FileRecipes) {
  const inspection = anInspection(recipes, [{ name: 'geo' }]);
  const [image] = inspection.images;
  if (image === undefined) throw new Error('no image');
  return suggestFolders(image, inspection);
}

const nothing = { extensionControlPath: undefined, dynamicLibraryPath: undefined, ldLibraryPath: [] };

test('nothing is to be written for an image in which all is where the defaults lead', () => {
  const recipes = { '/e/geo/share/extension/geo.control': '', '/e/geo/lib/geo.so': aModule() };
  expect(suggest(recipes)).toEqual(nothing);
  expect(suggest({ '/e/geo/README': '' })).toEqual(nothing);
});

test('every folder with control files and modules is listed, once one of them is not the default', () => {
  const recipes = {
    '/e/geo/usr/share/postgresql/18/extension/geo.control': '',
    '/e/geo/lib/geo.so': aModule(),
    '/e/geo/usr/lib/postgresql/18/lib/more.so': aModule(),
  };
  expect(suggest(recipes)).toEqual({
    ...nothing,
    extensionControlPath: ['usr/share/postgresql/18'],
    dynamicLibraryPath: ['lib', 'usr/lib/postgresql/18/lib'],
  });
});

test('of the folders with libraries those are listed that something is found in, for the needs of needs too', () => {
  const recipes = {
    '/e/geo/lib/geo.so': aModule({ needed: ['libproj.so.25'] }),
    '/e/geo/system/libproj.so.25': aLibrary({ needed: ['libcurl.so.4'] }),
    '/e/geo/network/libcurl.so.4': aLibrary(),
    '/e/geo/unused/libpng.so.1': aLibrary(),
  };
  expect(suggest(recipes)).toEqual({ ...nothing, ldLibraryPath: ['network', 'system'] });
});

test('a library that is found beside its module by itself needs no list', () => {
  const recipes = {
    '/e/geo/lib/geo.so': aModule({ needed: ['libproj.so.25'], rpath: ['$ORIGIN/../system'] }),
    '/e/geo/system/libproj.so.25': aLibrary(),
  };
  expect(suggest(recipes)).toEqual(nothing);
});

test('a library that the image brings is meant, also where the system has one of that name', () => {
  const recipes = {
    '/e/geo/lib/geo.so': aModule({ needed: ['libpq.so.5'] }),
    '/e/geo/system/libpq.so.5': aLibrary({}, { defined: ['PQcancelStart'] }),
    '/usr/lib/libpq.so.5': aLibrary(),
  };
  expect(suggest(recipes)).toEqual({ ...nothing, ldLibraryPath: ['system'] });
});
