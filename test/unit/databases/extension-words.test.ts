import { expect, test } from 'vitest';
import {
  extensionIn,
  highestVersion,
  listNames,
  listVersions,
  versionKey,
} from '../../../src/databases/extension-words.ts';

test('names an extension and its database, in quotes where they are not plain words', () => {
  expect(extensionIn('uuid-ossp', 'my app')).toBe('The extension uuid-ossp of the database "my app"');
});

test('writes a version as it has to stand in the configuration', () => {
  expect(versionKey('1.10')).toBe('version: "1.10"');
  expect(versionKey('1 0')).toBe('version: "1 0"');
});

test('lists versions from the highest down, without those that only scripts are called', () => {
  expect(listVersions(['3.6.9', 'ANY', '3.6.10', 'unpackaged'])).toBe('3.6.10 and 3.6.9');
  expect(listVersions(['next'])).toBe('next');
});

test('lists the first eight names and how many more there are', () => {
  const names = Array.from({ length: 12 }, (_, index) => `e${index}`);
  expect(listNames(names)).toBe('e0, e1, e2, e3, e4, e5, e6, e7 and 4 more');
  expect(listNames(['a', 'b', 'c'])).toBe('a, b and c');
  expect(listNames(['a'])).toBe('a');
  expect(listNames([])).toBe('');
});

test('finds the highest version by its numbers', () => {
  expect(highestVersion(['0.9', '0.10', 'ANY'])).toBe('0.10');
  expect(highestVersion(['ANY'])).toBeUndefined();
});
