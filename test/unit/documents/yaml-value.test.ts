import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { type ConvertedNode, convertNode } from '../../../src/documents/yaml-value.ts';

function convert(text: string): ConvertedNode {
  const options = { uniqueKeys: false, stringKeys: true, prettyErrors: false } as const;
  return convertNode(parseDocument(text, options).contents, (offset) => ({ line: 1, column: offset + 1 }));
}

test('convertNode gives maps without prototype, lists and scalars', () => {
  const { value, complaints } = convert('{a: [1, x, true, ~], b: {}}');
  expect(value).toEqual({ a: [1, 'x', true, null], b: {} });
  expect(Object.getPrototypeOf(value)).toBeNull();
  expect(complaints).toEqual([]);
});

test('convertNode gives null for nothing', () => {
  expect(convert('').value).toBeNull();
  expect(convert('').find(['a'])).toEqual({ place: { keyOffset: 0, valueOffset: 0 }, complete: false });
});

test('find gives the offsets of key and value, and a number as it is written', () => {
  const { find } = convert('{a: [x, 0640]}');
  expect(find(['a'])).toEqual({ place: { keyOffset: 1, valueOffset: 4 }, complete: true });
  expect(find(['a', 1])).toEqual({ place: { keyOffset: 8, valueOffset: 8, numberText: '0640' }, complete: true });
  expect(find(['a', 7, 'b'])).toMatchObject({ place: { valueOffset: 4 }, complete: false });
});

test('an alias means the last anchor of that name before it', () => {
  expect(convert('{a: &x 1, b: *x, c: &x 2, d: *x}').value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
});

test('complaints about the whole have no path, those about a key have one', () => {
  expect(convert('{a: *x}').complaints).toMatchObject([{ path: [], position: { column: 5 } }]);
  expect(convert('{a: 1, a: 2}').complaints).toMatchObject([{ path: ['a'], position: { column: 8 } }]);
});

test('aliases that expand too far are complained about once', () => {
  const list = `&a [${Array(1000).fill('x').join(', ')}]`;
  const { complaints } = convert(`[${list}, ${Array(200).fill('*a').join(', ')}]`);
  expect(complaints.map(({ found }) => found)).toEqual(['aliases that expand to more than 100000 values']);
});

describe('a merge', () => {
  const merging = (text: string): unknown =>
    parseDocument(text, { merge: true, uniqueKeys: false, stringKeys: true }).toJS();

  test.each([
    '{base: &b {x: 1, y: 2}, own: {<<: *b, y: 3}}',
    '{base: &b {x: 1, y: 2}, own: {y: 3, <<: *b}}',
    '{one: &a {x: 1}, two: &b {x: 2, y: 2}, own: {<<: [*a, *b], z: 3}}',
    '{one: &a {x: 1}, two: &b {<<: *a, y: 2}, own: {<<: *b}}',
    '{own: {<<: {x: {y: 1}}, z: 3}}',
    '{own: {<<: [], z: 3}}',
  ])('takes over what is not set: %s', (text) => {
    const { value, complaints } = convert(text);
    expect(value).toEqual(merging(text));
    expect(complaints).toEqual([]);
  });

  test('leaves a key alone that is written in quotes', () => {
    expect(convert('{"<<": {x: 1}}').value).toEqual({ '<<': { x: 1 } });
  });

  test('keeps the places of what it takes over', () => {
    const { find } = convert('{base: &b {x: 1}, own: {<<: *b}}');
    expect(find(['own', 'x'])).toEqual(find(['base', 'x']));
  });

  test.each([
    ['{own: {<<: text}}', 'a text'],
    ['{own: {<<: [{x: 1}, 5]}}', 'a list'],
    ['{own: {<<: }}', 'nothing'],
  ])('of something else is complained about: %s', (text, found) => {
    expect(convert(text).complaints).toMatchObject([{ path: ['own', '<<'], found }]);
  });

  test('of what multiplies ends', () => {
    const maps = Array.from({ length: 600 }, (_, n) => `k${n}: &m${n} {<<: *m${n - 1}, x${n}: 1}`);
    const { complaints } = convert(`{k: &m-1 {y: 1}, ${maps.join(', ')}}`);
    expect(complaints.map(({ found }) => found)).toContain('aliases that expand to more than 100000 values');
  });
});
