import { expect, test } from 'vitest';
import { showName } from '../../../src/lib/show-name.ts';

test('a plain word is shown as it is', () => {
  for (const name of ['app', 'uuid-ossp', '0.8.7', 'pg_catalog', 'größe', '东京', 'a$b', '_x']) {
    expect(showName(name)).toBe(name);
  }
});

test('anything else stands in quotes', () => {
  expect(showName('my app')).toBe('"my app"');
  expect(showName('')).toBe('""');
  expect(showName('";--')).toBe('"";--"');
  expect(showName('-x')).toBe('"-x"');
  expect(showName('.')).toBe('"."');
});

test('what a terminal would obey is shown as a code', () => {
  expect(showName('a\nb')).toBe('"a\\u000ab"');
  expect(showName('\u001b[31mred')).toBe('"\\u001b[31mred"');
  expect(showName('\u0085')).toBe('"\\u0085"');
});

test('what turns the direction of the line around or cannot be seen is shown as a code', () => {
  expect(showName('a\u202eb')).toBe('"a\\u202eb"');
  expect(showName('a\u2066b\u2069')).toBe('"a\\u2066b\\u2069"');
  expect(showName('a\u200bb\ufeff')).toBe('"a\\u200bb\\ufeff"');
  expect(showName('a\u00adb')).toBe('"a\\u00adb"');
  expect(showName('a\u2028b')).toBe('"a\\u2028b"');
  expect(showName('a\u{e0041}')).toBe('"a\\ue0041"');
});

test('half a character is shown as a code', () => {
  expect(showName('a\ud800')).toBe('"a\\ud800"');
});
