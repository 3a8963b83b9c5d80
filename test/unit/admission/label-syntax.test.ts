import { expect, test } from 'vitest';
import { refuseLabelKey, refuseLabelValue } from '../../../src/admission/label-syntax.ts';

const name =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

test.each(['app', 'A', 'my.name', 'a_b-c', 'example.com/MyName', 'a'.repeat(63)])('%s is a key', (key) => {
  expect(refuseLabelKey(key)).toEqual([]);
});

test.each([
  ['-a', [`name part ${name}`]],
  ['a b', [`name part ${name}`]],
  ['', ['name part must be non-empty', `name part ${name}`]],
  ['a'.repeat(64), ['name part must be no more than 63 bytes']],
  ['/a', ['prefix part must be non-empty']],
  ['Example.com/a', [`prefix part ${subdomain}`]],
  [`${'a'.repeat(254)}/a`, ['prefix part must be no more than 253 bytes']],
  ['x.y/', ['name part must be non-empty', `name part ${name}`]],
  ['a/b/c', [`a valid label key ${name} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]],
])('the key %j is refused', (key, sentences) => {
  expect(refuseLabelKey(key)).toEqual(sentences);
});

test.each(['', 'myapp', 'v1.2_3', '1'])('%j is a value', (value) => {
  expect(refuseLabelValue(value)).toEqual([]);
});

test('a value is as short and plain as a name', () => {
  const sentence =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  expect(refuseLabelValue('a/b')).toEqual([sentence]);
  expect(refuseLabelValue('é'.repeat(32))).toEqual(['must be no more than 63 bytes', sentence]);
});
