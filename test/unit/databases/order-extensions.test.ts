import { expect, test } from 'vitest';
import { allRequired, orderExtensions } from '../../../src/databases/order-extensions.ts';

function requiring(requires: Readonly<Record<string, readonly string[]>>): (name: string) => readonly string[] {
  return (name) => requires[name] ?? [];
}

test('puts what is required before what requires it', () => {
  const requiresOf = requiring({ topology: ['postgis'], routing: ['postgis'] });
  expect(orderExtensions(['topology', 'routing', 'postgis'], requiresOf)).toEqual(['postgis', 'topology', 'routing']);
});

test('leaves the order alone where nothing is required', () => {
  expect(orderExtensions(['c', 'a', 'b'], requiring({}))).toEqual(['c', 'a', 'b']);
});

test('heeds what is required by way of an extension that is not among them', () => {
  expect(orderExtensions(['a', 'c'], requiring({ a: ['b'], b: ['c'] }))).toEqual(['c', 'a']);
});

test('cuts a circle, and names each extension once', () => {
  expect(orderExtensions(['a', 'b', 'c'], requiring({ a: ['b'], b: ['c'], c: ['a'] }))).toEqual(['c', 'b', 'a']);
});

test('finds all that is required, itself only in a circle', () => {
  expect([...allRequired('a', requiring({ a: ['b'], b: ['c'] }))]).toEqual(['b', 'c']);
  expect([...allRequired('a', requiring({ a: ['b'], b: ['a'] }))]).toEqual(['b', 'a']);
});
