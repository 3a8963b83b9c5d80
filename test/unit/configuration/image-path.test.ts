import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanImagePath, refuseImagePath, refuseLoaderPath } from '../../../src/configuration/image-path.ts';

describe('cleanImagePath', () => {
  test.each([
    ['lib', 'lib'],
    ['/lib/', 'lib'],
    ['./lib', 'lib'],
    ['//usr//lib//', 'usr/lib'],
    ['.', '.'],
    ['/', '.'],
    ['./', '.'],
    ['a/b/../../share', 'share'],
    ['a/..', '.'],
    ['..foo', '..foo'],
    ['a b', 'a b'],
    ['$ORIGIN', '$ORIGIN'],
  ])('makes %j %j', (path, clean) => {
    expect(cleanImagePath(path)).toBe(clean);
  });

  test('gives a path that stays as it is when it is cleaned again', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '.', '..', '/', '')), (parts) => {
        const clean = cleanImagePath(parts.join('/'));
        expect(cleanImagePath(clean)).toBe(clean);
      }),
    );
  });
});

describe('refuseImagePath', () => {
  test.each(['share', '/', '.', 'a/b/../../share', '..foo', '/opt/custom/lib', 'a b', 'x$y', 'a;b'])(
    'accepts %j',
    (path) => {
      expect(refuseImagePath(path)).toBeUndefined();
    },
  );

  test.each(['..', '../x', '/..', 'a/../..', 'a/../../b', './../x'])('does not let %j out of the image', (path) => {
    expect(refuseImagePath(path)?.message).toBe('path must not escape the extension directory');
  });

  test('refuses an empty path', () => {
    expect(refuseImagePath('')?.message).toBe('value cannot be empty');
  });

  test.each(['a:b', ':', 'lib:'])('refuses the colon in %j', (path) => {
    expect(refuseImagePath(path)?.expected).toBe('a path without a colon');
  });

  test.each(['a\nb', 'a\0', '\t', 'a\u007f', 'a\u0085'])('refuses the control character in %j', (path) => {
    expect(refuseImagePath(path)?.expected).toBe('a path without control characters');
  });
});

describe('refuseLoaderPath', () => {
  test('refuses a semicolon, at which the loader splits LD_LIBRARY_PATH', () => {
    expect(refuseLoaderPath('a;b')?.expected).toBe('a path without a semicolon');
  });

  test('refuses all that is refused for other paths', () => {
    expect(refuseLoaderPath('../x')?.message).toBe('path must not escape the extension directory');
    expect(refuseLoaderPath('system')).toBeUndefined();
  });
});
