import fc from 'fast-check';
import { expect, test } from 'vitest';
import { imagePath } from '../../../src/image-volume/image-path.ts';

test.each([
  ['share', '/extensions/geo/share'],
  ['share/cube/', '/extensions/geo/share/cube'],
  ['/lib/', '/extensions/geo/lib'],
  ['.', '/extensions/geo'],
  ['a/../b', '/extensions/geo/b'],
  ['..hidden', '/extensions/geo/..hidden'],
])('puts %s below the mount path', (relative, path) => {
  expect(imagePath('/extensions/geo', relative)).toBe(path);
  expect(imagePath('/extensions/geo/', relative)).toBe(path);
});

test.each(['..', '../geo2', 'a/../../x', 'a\0b'])('throws for %j, which leaves the image', (relative) => {
  expect(() => imagePath('/extensions/geo', relative)).toThrow('/extensions/geo');
});

test('never answers with a path outside of the image', () => {
  const part = fc.constantFrom('..', '.', 'a', '', '/', 'geo', 'geo2');
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      let path = '/extensions/geo';
      try {
        path = imagePath('/extensions/geo', parts.join('/'));
      } catch {
        return;
      }
      expect(`${path}/`.startsWith('/extensions/geo/')).toBe(true);
      expect(path.split('/')).not.toContain('..');
    }),
  );
});
