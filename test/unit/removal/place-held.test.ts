import { expect, test } from 'vitest';
import { type PlaceableImage, placeHeld } from '../../../src/removal/place-held.ts';

function image(name: string, provides: readonly string[], libraries: readonly string[] = []): PlaceableImage {
  return { configuration: { name }, checked: { provides: provides.map((one) => ({ name: one })), libraries } };
}

function placed(configured: readonly PlaceableImage[], held: readonly PlaceableImage[]): readonly string[] {
  return placeHeld(configured, held, ['a', 'old', 'b']).map(({ configuration }) => configuration.name);
}

const [a, b] = [image('a', ['a']), image('b', ['b'], ['b.so'])];

test('a held image stays where it was', () => {
  expect(placed([a, b], [image('old', ['vector'], ['vector.so'])])).toEqual(['a', 'old', 'b']);
});

test('a held image does not hide the one that takes its place', () => {
  const next = image('new', ['vector'], ['vector.so']);
  expect(placed([a, next, b], [image('old', ['vector'])])).toEqual(['a', 'new', 'b', 'old']);
  expect(placed([a, next, b], [image('old', [], ['vector.so'])])).toEqual(['a', 'new', 'b', 'old']);
});
