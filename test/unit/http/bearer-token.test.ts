import { expect, test } from 'vitest';
import { bearerToken, isBearerToken } from '../../../src/http/bearer-token.ts';

test.each([
  ['Bearer abc', 'abc'],
  ['bearer   abc', 'abc'],
  ['BEARER a-._~+/= ', 'a-._~+/='],
  [undefined, undefined],
  ['', undefined],
  ['Bearer', undefined],
  ['Bearer ', undefined],
  ['Bearer a b', undefined],
  ['Bearerabc', undefined],
  ['Basic abc', undefined],
  ['x Bearer abc', undefined],
])('the token in %o is %o', (header, token) => {
  expect(bearerToken(header)).toBe(token);
});

test.each([
  ['abcXYZ019-._~+/', true],
  ['abc==', true],
  ['', false],
  ['=', false],
  ['a=b', false],
  ['a b', false],
  ['a\nb', false],
  ['ü', false],
])('that a client can send %o as a token is %o', (text, can) => {
  expect(isBearerToken(text)).toBe(can);
});
