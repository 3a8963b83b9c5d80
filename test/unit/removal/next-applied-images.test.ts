import { describe, expect, test } from 'vitest';
import { nothingApplied } from '../../../src/removal/applied-images.ts';
import { type ConfiguredImage, nextAppliedImages } from '../../../src/removal/next-applied-images.ts';
import { aLeavingImage, anAppliedImage } from '../../support/a-leaving-image.ts';
import { anImage } from '../../support/an-extension.ts';

const noPreload = { remembered: [], inForce: [] };

function configured(name: string, changes: Partial<ConfiguredImage> = {}): ConfiguredImage {
  const { configuration } = anImage({ name });
  return { configuration, volume: 'mounted', provides: [name], libraries: [`${name}.so`], ...changes };
}

describe('an image that is configured', () => {
  test('is remembered with what it brings', () => {
    const geo = configured('geo', { provides: ['cube'], libraries: ['cube.so', 'libgeos.so.3'] });
    expect(nextAppliedImages({ before: nothingApplied, configured: [geo], leaving: [], preload: noPreload })).toEqual({
      images: [anAppliedImage('geo', { provides: ['cube'], libraries: ['cube', 'libgeos.so.3'] })],
      preload: [],
    });
  });

  test('is remembered with what a new image brings now', () => {
    const before = { images: [anAppliedImage('geo', { libraries: ['geo-1.0'] })], preload: [] };
    const next = nextAppliedImages({ before, configured: [configured('geo')], leaving: [], preload: noPreload });
    expect(next.images).toEqual([anAppliedImage('geo')]);
  });

  test.each(['missing', 'empty', 'unreadable', 'not-a-folder'] as const)(
    'is remembered with what it brought before while its volume is %s',
    (volume) => {
      const before = { images: [anAppliedImage('geo', { provides: ['cube'] })], preload: [] };
      const geo = configured('geo', { volume, provides: [], libraries: [] });
      const vector = configured('vector', { volume, provides: [], libraries: [] });
      const next = nextAppliedImages({ before, configured: [geo, vector], leaving: [], preload: noPreload });
      expect(next.images).toEqual([...before.images, anAppliedImage('vector', { provides: [], libraries: [] })]);
    },
  );
});

test('an image that left is remembered as it was, at its place, be it held or gone', () => {
  const before = { images: ['a', 'b', 'c', 'd'].map((name) => anAppliedImage(name)), preload: [] };
  const leaving = [aLeavingImage('b'), aLeavingImage('c', {}, 'gone')];
  const next = nextAppliedImages({
    before,
    configured: ['a', 'd', 'e'].map((name) => configured(name)),
    leaving,
    preload: noPreload,
  });
  expect(next.images.map(({ configuration }) => configuration.name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(next.images[1]).toBe(leaving[0]?.applied);
});

test('an image that was released is not remembered any more', () => {
  const before = { images: [anAppliedImage('geo')], preload: [] };
  expect(nextAppliedImages({ before, configured: [], leaving: [], preload: noPreload })).toEqual(nothingApplied);
});

describe('a library of the list to preload', () => {
  const preload = (remembered: readonly string[], inForce: readonly string[], before: readonly string[]) =>
    nextAppliedImages({
      before: { images: [], preload: before },
      configured: [],
      leaving: [],
      preload: { remembered, inForce },
    }).preload;

  test('is remembered when it is in force', () => {
    expect(preload(['a', 'b.so'], ['a', 'b.so'], [])).toEqual(['a', 'b.so']);
  });

  test('is remembered while it cannot be found, if it once was in force', () => {
    expect(preload(['a', 'b'], ['a'], ['b.so'])).toEqual(['a', 'b']);
    expect(preload(['a', 'b'], ['a'], [])).toEqual(['a']);
  });

  test('is not remembered if it would not be read back', () => {
    expect(preload(['a b', 'c'], ['a b', 'c'], [])).toEqual(['c']);
  });
});
