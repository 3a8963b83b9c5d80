import { expect, test } from 'vitest';
import { inOrder, orderImages, orderRequirements } from '../../../src/verification/order-requirements.ts';

const requirements = new Map([
  ['earthdistance', ['cube']],
  ['topology', ['postgis', 'cube']],
  ['postgis', []],
  ['left', ['right']],
  ['right', ['left']],
  ['lonely', ['nowhere']],
]);

test('what is required comes first, with what it requires itself', () => {
  expect(orderRequirements(['topology', 'earthdistance'], requirements)).toEqual([
    'postgis',
    'cube',
    'topology',
    'earthdistance',
  ]);
});

test('what nobody knows stays, and a circle is cut', () => {
  expect(orderRequirements(['lonely'], requirements)).toEqual(['nowhere', 'lonely']);
  expect(orderRequirements(['left'], requirements)).toEqual(['right', 'left']);
});

test('only those that were asked for are put in order', () => {
  expect(inOrder(['topology', 'postgis'], requirements)).toEqual(['postgis', 'topology']);
});

test('images come after those that bring what theirs require', () => {
  const image = (name: string, ...extensions: readonly string[]) => ({
    name,
    extensions: extensions.map((one) => ({ name: one })),
  });
  const images = [image('geo', 'topology'), image('none'), image('gis', 'postgis'), image('math', 'cube')];
  expect(orderImages(images, requirements).map(({ name }) => name)).toEqual(['gis', 'math', 'geo', 'none']);
  const circle = [image('a', 'left'), image('b', 'right')];
  expect(orderImages(circle, requirements).map(({ name }) => name)).toEqual(['b', 'a']);
});
