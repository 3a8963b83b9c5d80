import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExtensionConfiguration } from '../../../src/configuration/instance-configuration.ts';
import { type AppliedImages, nothingApplied } from '../../../src/removal/applied-images.ts';
import { parseAppliedImages, renderAppliedImages } from '../../../src/removal/applied-images-text.ts';
import { anAppliedImage } from '../../support/a-leaving-image.ts';

const geo = anAppliedImage(
  'geo',
  { provides: ['cube', 'earthdistance'], libraries: ['cube'] },
  {
    image: { reference: 'registry/geo:1', pullPolicy: 'Always' },
    extensionControlPath: ['cube/share', '.'],
    ldLibraryPath: ['system'],
    binPath: ['bin'],
    env: [{ name: 'GEO_DATA', value: '${image_root}/x' }],
    declared: { extensionControlPath: true, dynamicLibraryPath: false },
  },
);

/** A record with one image that is as it should be, but for this. */
function withGeo(changes: Partial<ExtensionConfiguration>): string {
  const images = [anAppliedImage('vector'), { ...geo, configuration: { ...geo.configuration, ...changes } }];
  return renderAppliedImages({ images, preload: [] });
}

function parsed(text: string): AppliedImages {
  const result = parseAppliedImages(text);
  if (result.kind === 'unreadable') throw new Error(result.cause);
  return result.applied;
}

test('what is rendered is read back as it was', () => {
  const applied: AppliedImages = {
    images: [geo, anAppliedImage('vector')],
    preload: ['pgaudit', '$libdir/x', '/extensions/geo/lib/cube.so'],
  };
  expect(parseAppliedImages(renderAppliedImages(applied))).toEqual({ kind: 'applied', applied, dropped: [] });
  expect(parsed(renderAppliedImages(nothingApplied))).toEqual(nothingApplied);
});

test('the same images give the same text, in whatever order their keys came', () => {
  const backwards: unknown = JSON.parse(JSON.stringify(geo), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toReversed())
      : value,
  );
  const text = renderAppliedImages({ images: [geo], preload: [] });
  const other = parsed(JSON.stringify({ preload: [], images: [backwards], version: 1 }));
  expect(renderAppliedImages(other)).toBe(text);
  expect(renderAppliedImages(parsed(text))).toBe(text);
});

describe('a text is not understood', () => {
  test.each([
    ['that is empty', '', 'not JSON'],
    ['that was cut off', renderAppliedImages({ images: [geo], preload: [] }).slice(0, 80), 'not JSON'],
    ['that is JSON of something else', '[]', 'not what the instance manager writes'],
    ['of null', 'null', 'not what the instance manager writes'],
    ['of a later version', '{"version":2,"images":[],"preload":[]}', 'another version'],
    ['without a version', '{"images":[],"preload":[]}', 'not what the instance manager writes'],
    [
      'with an image that lacks a list',
      '{"version":1,"images":[{"configuration":{"name":"a"}}],"preload":[]}',
      'not what',
    ],
    ['with a preload list that is none', '{"version":1,"images":[],"preload":"pgaudit"}', 'not what'],
  ])('%s', (_, text, cause) => {
    expect(parseAppliedImages(text)).toEqual({ kind: 'unreadable', cause: expect.stringContaining(cause) });
  });

  test('whatever it is, and nothing is thrown', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseAppliedImages(text).kind === 'unreadable'));
  });
});

describe('an image is dropped, and no other,', () => {
  test.each<[string, Partial<ExtensionConfiguration>]>([
    ['with a name that leads elsewhere', { name: '../../etc' }],
    ['with an empty name', { name: '' }],
    ['with a control path that leaves the image', { extensionControlPath: ['../x'] }],
    ['with a library path that has a colon', { dynamicLibraryPath: ['lib:/tmp'] }],
    ['with a loader path that has a semicolon', { ldLibraryPath: ['system;/tmp'] }],
    ['with a program path that has a line break', { binPath: ['bin\nx'] }],
    ['with an environment variable of the loader', { env: [{ name: 'LD_PRELOAD', value: '/tmp/x.so' }] }],
    ['with an environment variable that has a NUL', { env: [{ name: 'A', value: 'a\0b' }] }],
    ['with a name that is there already', { name: 'vector' }],
  ])('%s', (_, changes) => {
    const result = parseAppliedImages(withGeo(changes));
    expect(result).toMatchObject({ kind: 'applied', dropped: [expect.any(String)] });
    expect(parsed(withGeo(changes)).images).toEqual([anAppliedImage('vector')]);
  });
});

test('an entry of the list to preload that PostgreSQL could not take is dropped', () => {
  const text = renderAppliedImages({ images: [], preload: ['pgaudit', 'a, b', '../x'] });
  expect(parseAppliedImages(text)).toEqual({
    kind: 'applied',
    applied: { images: [], preload: ['pgaudit'] },
    dropped: ['"a, b"', '"../x"'],
  });
});
