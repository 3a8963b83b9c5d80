import { expect, test } from 'vitest';
import { parseRememberedFiles, renderRememberedFiles } from '../../../src/configuration/remembered-files.ts';

test('what is rendered is understood again', () => {
  const remembered = { sha256: 'f00d', files: [{ path: '/etc/a.yaml', text: 'extensions: []\n"\u0000"' }] };
  expect(parseRememberedFiles(renderRememberedFiles(remembered))).toEqual(remembered);
});

test.each([
  '',
  'half of {"sha256":',
  'null',
  '[]',
  '{}',
  '{"sha256":1,"files":[]}',
  '{"sha256":"a","files":[{"path":1}]}',
])('a text that is not one of ours is nothing: %s', (text) => {
  expect(parseRememberedFiles(text)).toBeUndefined();
});
