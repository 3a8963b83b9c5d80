import { expect, test } from 'vitest';
import { checkModules, ofImage } from '../../../src/verification/check-modules.ts';

const modules = new Map([['a.so', ['/image/lib/a.so', '/image/lib/plugins/a.so']]]);
const loaded = (file: string, path: string | null) => ({ file, path, name: null, version: null });

test('a module of the image is told, with what it says of itself', () => {
  const one = { file: 'a.so', name: 'a', version: '1.2', path: '/image/lib/a.so' };
  expect(checkModules([one], modules)).toEqual({ result: 'passed', note: 'a.so (a 1.2)', details: [] });
});

test('one of the same name from elsewhere fails, one whose place is not known does not', () => {
  expect(checkModules([loaded('a.so', '/usr/lib/a.so')], modules)).toMatchObject({
    result: 'failed',
    message: expect.stringContaining('a.so was loaded from /usr/lib/a.so, and not from the image'),
  });
  expect(checkModules([loaded('a.so', null)], modules).result).toBe('passed');
});

test('one of two places in the image is as good as the other', () => {
  expect(checkModules([loaded('a.so', '/image/lib/plugins/a.so')], modules).result).toBe('passed');
});

test('modules of others are nothing to an image', () => {
  expect(ofImage([loaded('a.so', null), loaded('plpgsql.so', null)], modules).map(({ file }) => file)).toEqual([
    'a.so',
  ]);
});
