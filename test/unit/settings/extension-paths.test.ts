import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extensionPaths } from '../../../src/settings/extension-paths.ts';

const geo = { controlPath: ['/extensions/geo/share'], libraryPath: ['/extensions/geo/lib'] };
const two = {
  controlPath: ['/extensions/two/a', '/extensions/two/b'],
  libraryPath: ['/extensions/two/a', '/extensions/two/b'],
};

describe('extensionPaths', () => {
  test('has the folders of the server first, then the images in their order, then those of the user', () => {
    expect(extensionPaths([two, geo], { extensionControlPath: '/opt/share', dynamicLibraryPath: '/opt/lib' })).toEqual({
      extensionControlPath: '$system:/extensions/two/a:/extensions/two/b:/extensions/geo/share:/opt/share',
      dynamicLibraryPath: '$libdir:/extensions/two/a:/extensions/two/b:/extensions/geo/lib:/opt/lib',
      findings: [],
    });
  });

  test('is what the server has by itself when there is nothing to add', () => {
    expect(extensionPaths([], {})).toEqual({
      extensionControlPath: '$system',
      dynamicLibraryPath: '$libdir',
      findings: [],
    });
  });

  test('puts the folders of the server first although the user wants them last', () => {
    const user = { extensionControlPath: '/opt/share:$system', dynamicLibraryPath: '/opt/lib:$libdir' };
    expect(extensionPaths([], user)).toMatchObject({
      extensionControlPath: '$system:/opt/share',
      dynamicLibraryPath: '$libdir:/opt/lib',
      findings: [],
    });
  });

  test('has no folder twice, however it is written', () => {
    const user = {
      extensionControlPath: '/extensions/geo/share/:/opt:/opt/',
      dynamicLibraryPath: '/extensions/geo/lib//',
    };
    expect(extensionPaths([geo, geo], user)).toMatchObject({
      extensionControlPath: '$system:/extensions/geo/share:/opt',
      dynamicLibraryPath: '$libdir:/extensions/geo/lib',
    });
  });

  test('keeps a folder below $libdir, which PostgreSQL knows', () => {
    expect(extensionPaths([], { dynamicLibraryPath: '$libdir/plugins' }).dynamicLibraryPath).toBe(
      '$libdir:$libdir/plugins',
    );
  });

  test.each([
    ['a relative folder', 'share'],
    ['a folder below $system, which PostgreSQL does not know', '$system/x'],
    ['the macro of the other parameter', '$libdir'],
    ['a home folder', '~/share'],
  ])('leaves out %s, on which every CREATE EXTENSION would fail, and says so', (_, element) => {
    const { extensionControlPath, findings } = extensionPaths([geo], { extensionControlPath: `${element}:/opt` });
    expect(extensionControlPath).toBe('$system:/extensions/geo/share:/opt');
    expect(findings).toMatchObject([
      { severity: 'warning', reason: 'ConfigurationWarning', subject: 'parameter/extension_control_path' },
    ]);
    expect(findings[0]?.message).toContain(`"${element}"`);
  });

  test.each(['//', '///'])('knows that %s is the root', (root) => {
    expect(extensionPaths([], { dynamicLibraryPath: root }).dynamicLibraryPath).toBe('$libdir:/');
  });

  test('never has an empty element, which PostgreSQL refuses, nor one twice', () => {
    const value = fc.string({ unit: fc.constantFrom('/', ':', 'a', '$libdir', '$system') });
    fc.assert(
      fc.property(value, value, (extensionControlPath, dynamicLibraryPath) => {
        const paths = extensionPaths([geo], { extensionControlPath, dynamicLibraryPath });
        for (const path of [paths.extensionControlPath, paths.dynamicLibraryPath]) {
          const elements = path.split(':');
          expect(elements).not.toContain('');
          expect(new Set(elements).size).toBe(elements.length);
        }
      }),
    );
  });
});
