import { expect, test } from 'vitest';
import { checkLayout } from '../../../src/inspection/check-layout.ts';
import { aLibrary, aModule, anInspection, type EntryRecipe, type FileRecipes } from '../../support/an-inspection.ts';

const control = "default_version = '1.0'";

function check(recipes: FileRecipes, entry: EntryRecipe = { name: 'geo' }) {
  const { images, files } = anInspection(recipes, [entry]);
  return images.flatMap((image) => checkLayout(image, files)).map(({ severity, message }) => [severity, message]);
}

test('an image that is laid out as PostgreSQL looks for it is worth no word', () => {
  const recipes = { '/e/geo/share/extension/geo.control': control, '/e/geo/lib/geo.so': aModule() };
  expect(check(recipes)).toEqual([]);
});

test('control files beside the folder `extension` can be reached by no setting', () => {
  expect(check({ '/e/geo/share/geo.control': control })).toEqual([
    ['error', expect.stringContaining('Move them to /e/geo/share/extension in the image.')],
  ]);
  expect(check({ '/e/geo/sql/geo.control': control })).toEqual([
    [
      'error',
      expect.stringContaining('Move them to /e/geo/sql/extension in the image, and add extension_control_path: [sql].'),
    ],
  ]);
});

test('one control file that is too high is told although others are in the right place, unless it is a copy', () => {
  const recipes = { '/e/geo/share/extension/geo.control': control, '/e/geo/share/geo.control': control };
  expect(check(recipes)).toEqual([]);
  expect(check({ ...recipes, '/e/geo/share/geo_raster.control': control })).toEqual([
    [
      'error',
      'The image has geo_raster.control in /e/geo/share, and PostgreSQL looks in /e/geo/share/extension, so no setting leads there. Move it to /e/geo/share/extension in the image.',
    ],
  ]);
  // Copies, too, of what versions have, and of what PostgreSQL refuses.
  const copies = { 'geo--1.control': 'trusted = true', 'bad.control': 'flavour = sweet' };
  const twice = Object.entries(copies).flatMap(([name, text]) => [
    [`/e/geo/share/extension/${name}`, text],
    [`/e/geo/share/${name}`, text],
  ]);
  expect(check({ ...recipes, ...Object.fromEntries(twice) })).toEqual([]);
  // An example, say.
  expect(check({ ...recipes, '/e/geo/doc/mine.control': control })).toEqual([]);
});

test('the folders of the package of a distribution are named as they have to be listed', () => {
  const recipes = {
    '/e/geo/usr/share/postgresql/18/extension/geo.control': control,
    '/e/geo/usr/lib/postgresql/18/lib/geo.so': aModule(),
  };
  expect(check(recipes)).toEqual([
    ['error', expect.stringContaining('Add extension_control_path: [usr/share/postgresql/18].')],
    ['error', expect.stringContaining('Add dynamic_library_path: [usr/lib/postgresql/18/lib].')],
  ]);
  const listed = { controlPath: ['usr/share/postgresql/18'], libraryPath: ['usr/lib/postgresql/18/lib'] };
  expect(check(recipes, { name: 'geo', ...listed })).toEqual([]);
});

test('a folder that is left out for a control file in it is where it should be', () => {
  const recipes = { '/e/geo/share/extension/geo.control': 'flavour = sweet', '/e/geo/lib/geo.so': aModule() };
  expect(check(recipes)).toEqual([]);
});

test('a second folder that is not listed is a warning, and the list has the first one too', () => {
  const recipes = {
    '/e/geo/share/extension/geo.control': control,
    '/e/geo/more/extension/other.control': control,
    '/e/geo/lib/geo.so': aModule(),
    '/e/geo/more/geo.so': aModule(),
  };
  expect(check(recipes)).toEqual([
    ['warning', expect.stringContaining('Add extension_control_path: [share, more].')],
    ['warning', expect.stringContaining('Add dynamic_library_path: [lib, more].')],
  ]);
});

test('libraries that are none of PostgreSQL may be anywhere', () => {
  expect(check({ '/e/geo/system/libproj.so': aLibrary(), '/e/geo/lib/geo.so': aModule() })).toEqual([]);
});
