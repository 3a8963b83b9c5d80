import { expect, test } from 'vitest';
import { checkSymbols } from '../../../src/inspection/check-symbols.ts';
import { aBrokenFile, aLibrary, anInspection, type FileRecipes, magic18 } from '../../support/an-inspection.ts';

const magic = { kind: 'found', block: magic18 } as const;
const needing = (...names: readonly string[]) => aLibrary({ magic, needed: ['libgeo.so.1'] }, { needed: names });
const geo = aLibrary({ soname: 'libgeo.so.1' }, { defined: ['geo_area'], needed: ['errfinish'] });
const good: FileRecipes = { '/e/geo/lib/geo.so': needing('palloc', 'geo_area'), '/e/geo/system/libgeo.so.1': geo };

function check(changes: FileRecipes, names: readonly string[] = ['geo'], withoutServer = false) {
  const entries = names.map((name) => ({ name, ldLibraryPath: ['system'] }));
  const inspection = anInspection({ ...good, ...changes }, entries, { withoutServer });
  const own = inspection.images.find(({ observed }) => observed.name === 'geo');
  return own === undefined
    ? []
    : checkSymbols(own, inspection).map(({ severity, message }) => `${severity}: ${message}`);
}

test('a module gets its symbols from PostgreSQL and from what is loaded with it', () => {
  expect(check({})).toEqual([]);
});

test('a symbol that nothing has keeps a module from being loaded', () => {
  expect(check({ '/e/geo/lib/geo.so': needing('palloc', 'palloc_new') })).toEqual([
    'error: geo.so cannot be loaded: it needs palloc_new, which neither PostgreSQL nor a library that is loaded with it has. Build the image for this server, with the libraries that are in it.',
  ]);
});

test('a library of the system that lacks one is named, with the modules that it is for', () => {
  const worse = aLibrary({ soname: 'libgeo.so.1' }, { defined: ['geo_area'], needed: ['curl_easy_init'] });
  const other = { '/e/geo/lib/more.so': needing('geo_area') };
  expect(check({ ...other, '/e/geo/system/libgeo.so.1': worse })).toEqual([
    expect.stringMatching(
      /^error: \/e\/geo\/system\/libgeo\.so\.1 \(for geo\.so, more\.so\) cannot be loaded: it needs curl_easy_init,/,
    ),
  ]);
});

test('the library of another image is named if it came first', () => {
  const older = { '/e/first/system/libgeo.so.1': aLibrary({ soname: 'libgeo.so.1' }) };
  expect(check(older, ['first', 'geo'])).toEqual([
    expect.stringContaining('/e/first/system/libgeo.so.1 of another image came first in LD_LIBRARY_PATH'),
  ]);
});

test('symbols of other modules are a matter of the order in which they are loaded', () => {
  const core = { '/e/geo/lib/core.so': aLibrary({ magic }, { defined: ['core_init'] }) };
  expect(check({ ...core, '/e/geo/lib/geo.so': needing('core_init') })).toEqual([
    'warning: geo.so uses core_init of /e/geo/lib/core.so and does not say so, so it can be loaded only after that. If it is not loaded by that, list them in this order in shared_preload_libraries: core, geo.',
  ]);
  const more = { '/e/geo/lib/more.so': aLibrary({ magic, needed: ['libbson.so.1'] }) };
  const bson = { '/e/geo/system/libbson.so.1': aLibrary({ soname: 'libbson.so.1' }, { defined: ['bson_new'] }) };
  const two = { ...core, ...more, ...bson, '/e/geo/lib/geo.so': needing('core_init', 'bson_new') };
  expect(check(two)).toEqual([
    expect.stringContaining('of /e/geo/lib/core.so, /e/geo/lib/more.so and does not say so'),
  ]);
  expect(check({ ...two, '/e/geo/lib/geo.so': needing('core_init', 'nowhere') })).toEqual([
    expect.stringMatching(/^error: /),
  ]);
});

test('nothing is said where something cannot be read, is missing, or is for another machine', () => {
  const lacking = { '/e/geo/lib/geo.so': needing('not_there') };
  expect(check({ ...lacking, '/e/geo/system/libgeo.so.1': { ...geo, symbols: undefined } })).toEqual([]);
  expect(check({ ...lacking, '/e/geo/system/libgeo.so.1': 'text' })).toEqual([]);
  expect(check({ '/e/geo/lib/geo.so': aBrokenFile({ kind: 'unreadable', cause: 'EACCES' }) })).toEqual([]);
  expect(check(lacking, ['geo'], true)).toEqual([]);
});
