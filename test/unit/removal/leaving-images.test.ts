import { expect, test } from 'vitest';
import type { VolumeState } from '../../../src/image-volume/observe-image-volume.ts';
import { imagesThatLeft, leavingImage } from '../../../src/removal/leaving-images.ts';
import { anAppliedImage } from '../../support/a-leaving-image.ts';
import { anImage } from '../../support/an-extension.ts';

const applied = { images: ['geo', 'vector', 'audit'].map((name) => anAppliedImage(name)), preload: [] };
const configuration = { extensions: [anImage({ name: 'vector' }).configuration], removal: 'hold' } as const;

function left(changes: Partial<Parameters<typeof imagesThatLeft>[1]> = {}, released: readonly string[] = []) {
  return imagesThatLeft(applied, { ...configuration, ...changes }, new Set(released)).map(
    (image) => image.configuration.name,
  );
}

test('an image that was applied and is not configured any more has left', () => {
  expect(left()).toEqual(['geo', 'audit']);
  expect(left({ extensions: [] })).toEqual(['geo', 'vector', 'audit']);
});

test('an image that is released is let go, and one that is configured stays all the same', () => {
  expect(left({}, ['geo', 'vector'])).toEqual(['audit']);
});

test('who insists holds nothing', () => {
  expect(left({ removal: 'force' })).toEqual([]);
});

test.each<[VolumeState, 'held' | 'gone']>([
  [{ state: 'folder' }, 'held'],
  [{ state: 'mounted', readOnly: true, noexec: false, fileSystem: 'erofs' }, 'held'],
  [{ state: 'unreadable', cause: 'permission denied (EACCES)' }, 'held'],
  [{ state: 'empty', mounted: true }, 'gone'],
  [{ state: 'empty', mounted: false }, 'gone'],
  [{ state: 'missing' }, 'gone'],
])('a volume that is %o is %s', (volume, state) => {
  const image = anAppliedImage('geo');
  expect(leavingImage(image, { mountPath: '/extensions/geo', volume })).toEqual({
    applied: image,
    mountPath: '/extensions/geo',
    state,
  });
});
