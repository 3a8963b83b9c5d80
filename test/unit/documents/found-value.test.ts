import { describe, expect, test } from 'vitest';
import { describeFound, kindOf } from '../../../src/documents/found-value.ts';
import { looksSecret } from '../../../src/lib/looks-secret.ts';

describe('describeFound', () => {
  test.each([
    ['Foo', '"Foo"'],
    [5, '5'],
    [false, 'false'],
    [null, 'nothing'],
    [undefined, 'nothing'],
    [[1], 'a list'],
    [{}, 'a map'],
  ])('names %j', (value, found) => {
    expect(describeFound(value, ['extensions', 0, 'name'])).toBe(found);
  });

  test.each([
    [['extensions', 0, 'env', 0, 'value']],
    [['parameters', 'primary_conninfo']],
    [['password']],
    [['db_Token']],
    [['clientSecret', 0]],
    [[]],
  ])('does not show the value at %j', (path) => {
    expect(describeFound('hunter2', path)).toBe('a text');
    expect(describeFound(4711, path)).toBe('a number');
  });
});

test('kindOf calls a boolean by what it can be', () => {
  expect(kindOf(true)).toBe('true or false');
});

test.each(['PASSWORD', 'db_passwd', 'API_TOKEN', 'clientSecret', 'passphrase', 'AWS_CREDENTIALS', 'PRIVATE_KEY'])(
  'looksSecret recognises %s',
  (name) => {
    expect(looksSecret(name)).toBe(true);
  },
);

test('looksSecret lets ordinary names pass', () => {
  expect(looksSecret('PROJ_DATA')).toBe(false);
});
