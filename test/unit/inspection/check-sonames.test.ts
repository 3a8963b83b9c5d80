import { expect, test } from 'vitest';
import { checkSonames } from '../../../src/inspection/check-sonames.ts';
import { aLibrary, anInspection, serverProgram } from '../../support/an-inspection.ts';

const proj = aLibrary({ soname: 'libproj.so.25' });
const otherProj = aLibrary({ soname: 'libproj.so.25' });
const entries = ['geo', 'route'].map((name) => ({ name, ldLibraryPath: ['system'] }));

function check(recipes: Parameters<typeof anInspection>[0], list = entries) {
  return checkSonames(anInspection(recipes, list)).map(({ subject, message }) => `${subject}: ${message}`);
}

test('two libraries of a name with other content are told of the image that comes second', () => {
  const recipes = { '/e/geo/system/libproj.so.25': proj, '/e/route/system/libproj.so.25': otherProj };
  expect(check(recipes)).toEqual([
    expect.stringMatching(/^extension\/route: \/e\/route\/system\/libproj\.so\.25 is never loaded: \/e\/geo\/system\//),
  ]);
});

test('the same library in two images is worth no word, nor are two in one image', () => {
  const both = { '/e/geo/system/libproj.so.25': proj, '/e/route/system/libproj.so.25': proj };
  expect(check(both)).toEqual([]);
  const one = { '/e/geo/system/libproj.so.25': proj, '/e/geo/more/libproj.so.25': otherProj };
  expect(check(one, [{ name: 'geo', ldLibraryPath: ['system', 'more'] }])).toEqual([]);
});

test('a folder that is not listed takes no part', () => {
  const recipes = { '/e/geo/system/libproj.so.25': proj, '/e/route/other/libproj.so.25': otherProj };
  expect(check(recipes)).toEqual([]);
});

test('a file under another name than its own stands in nobody’s way', () => {
  const recipes = { '/e/geo/system/libproj.so': proj, '/e/route/system/libproj.so': otherProj };
  expect(check(recipes)).toEqual([]);
});

test('a library that the server itself would get is told', () => {
  const recipes = {
    [serverProgram]: aLibrary({ needed: ['libssl.so.3'] }),
    '/usr/lib/libssl.so.3': aLibrary({ soname: 'libssl.so.3' }),
    '/e/geo/system/libssl.so.3': aLibrary({ soname: 'libssl.so.3' }),
  };
  expect(check(recipes)).toEqual([
    expect.stringContaining('PostgreSQL itself gets /e/geo/system/libssl.so.3 in place of /usr/lib/libssl.so.3'),
  ]);
});
