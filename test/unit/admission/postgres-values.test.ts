import { expect, test } from 'vitest';
import { parsePostgresBoolean, parsePostgresSize } from '../../../src/admission/postgres-values.ts';
import { parseQuantity } from '../../../src/manifests/quantity.ts';

test.each([
  [true, ['1', 'on', 'ON', 'y', 'ye', 'yes', 't', 'tr', 'tru', 'True']],
  [false, ['0', 'of', 'off', 'n', 'no', 'f', 'fa', 'fal', 'fals', 'FALSE']],
  [undefined, ['', 'o', 'x', '2', 'yess', 'enabled']],
])('%s is what PostgreSQL calls so', (value, texts) => {
  expect(texts.map(parsePostgresBoolean)).toEqual(texts.map(() => value));
});

test.each([
  ['256MB', '256Mi'],
  ['1GB', '1Gi'],
  ['16 kB', '16Ki'],
  ['1024', '1024Mi'],
  ['8192B', '8192'],
  ['1TB', '1Ti'],
])('%s is %s', (text, quantity) => {
  expect(parsePostgresSize(text)).toEqual(parseQuantity(quantity));
});

test.each(['', 'x', '1G', '1 gigabyte', '1MiB', 'MB'])('"%s" is no size', (text) => {
  expect(parsePostgresSize(text)).toBeUndefined();
});
