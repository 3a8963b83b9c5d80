import { describe, expect, test } from 'vitest';
import { checkImageVolume, type DeclaredPaths } from '../../../src/image-volume/check-image-volume.ts';
import type { ObservedControlFile } from '../../../src/image-volume/observe-folder.ts';
import type { ObservedImageVolume, VolumeState } from '../../../src/image-volume/observe-image-volume.ts';

const control = { relocatable: false, superuser: true, trusted: false, requires: [], noRelocate: [] };
const nothingDeclared: DeclaredPaths = { extensionControlPath: false, dynamicLibraryPath: false };
const allDeclared: DeclaredPaths = { extensionControlPath: true, dynamicLibraryPath: true };

function controlFile(name: string, content: Partial<ObservedControlFile['content']> = {}): ObservedControlFile {
  const path = `/e/geo/share/extension/${name}.control`;
  const whole = { kind: 'valid', control, ...content } as ObservedControlFile['content'];
  return { name, path, auxiliary: name.includes('--'), content: whole };
}

const good: ObservedImageVolume = {
  name: 'geo',
  mountPath: '/e/geo',
  volume: { state: 'folder' },
  controlFolders: [{ path: '/e/geo/share', state: 'present', controlFiles: [controlFile('cube')] }],
  libraryFolders: [{ path: '/e/geo/lib', state: 'present', libraries: ['cube.so'], dangling: [] }],
  ldLibraryFolders: [],
  binFolders: [],
  unlistedSystemFolder: undefined,
  writableFolders: [],
};

const goodPaths = {
  name: 'geo',
  mountPath: '/e/geo',
  controlPath: ['/e/geo/share'],
  libraryPath: ['/e/geo/lib'],
  ldLibraryPath: [],
  binPath: [],
};

function check(changes: Partial<ObservedImageVolume>, declared = nothingDeclared) {
  return checkImageVolume({ ...good, ...changes }, declared);
}

const nothingThere: Partial<ObservedImageVolume> = {
  controlFolders: [{ path: '/e/geo/share', state: 'missing', missing: '/e/geo/share/extension' }],
  libraryFolders: [{ path: '/e/geo/lib', state: 'missing', missing: '/e/geo/lib' }],
  ldLibraryFolders: [{ path: '/e/geo/system', state: 'missing', missing: '/e/geo/system' }],
  binFolders: [{ path: '/e/geo/bin', state: 'missing', missing: '/e/geo/bin' }],
};

test('libraries that ld_library_path does not list are worth a warning that says what to add', () => {
  expect(check({ unlistedSystemFolder: '/e/geo/system' })).toMatchObject({
    usable: goodPaths,
    findings: [
      {
        severity: 'warning',
        reason: 'LibrariesUnlisted',
        subject: 'extension/geo',
        message: expect.stringContaining('/e/geo/system, which ld_library_path does not list'),
      },
    ],
  });
});

describe('the volume', () => {
  test('is fine as a plain folder', () => {
    expect(check({})).toMatchObject({ usable: goodPaths, libraries: ['cube.so'], findings: [] });
  });

  const mounted = { state: 'mounted', readOnly: true, noexec: false, fileSystem: 'overlay' } as const;

  test('is fine as a read-only mount', () => {
    expect(check({ volume: mounted }).findings).toEqual([]);
  });

  test('is worth an information when it is mounted read-write', () => {
    const { usable, findings } = check({ volume: { ...mounted, readOnly: false } });
    expect(usable).toEqual(goodPaths);
    expect(findings).toMatchObject([{ severity: 'info', reason: 'VolumeWritable', subject: 'extension/geo' }]);
  });

  test('is an error when its libraries cannot be executed', () => {
    const volume = { ...mounted, noexec: true };
    expect(check({ volume }).findings).toMatchObject([{ severity: 'error', reason: 'VolumeNoExec' }]);
    const onlyLoaderLibraries: Partial<ObservedImageVolume> = {
      volume,
      libraryFolders: [],
      ldLibraryFolders: [{ path: '/e/geo/system', state: 'present' }],
    };
    expect(check(onlyLoaderLibraries).findings).toMatchObject([{ reason: 'VolumeNoExec' }]);
    expect(check({ volume, libraryFolders: [] }).findings).toEqual([]);
  });

  test.each<[VolumeState, string, string]>([
    [{ state: 'missing' }, 'VolumeMissing', '/e/geo is not there: mount the image of geo or remove the extension'],
    [{ state: 'empty', mounted: false }, 'VolumeEmpty', '/e/geo is an empty folder with nothing mounted on it'],
    [{ state: 'empty', mounted: true }, 'VolumeEmpty', '/e/geo is mounted but holds no files'],
  ])('is one error when it is %j, and its paths stay', (volume, reason, message) => {
    const checked = check({ ...nothingThere, volume }, allDeclared);
    expect(checked.findings).toMatchObject([{ severity: 'error', reason, message: expect.stringContaining(message) }]);
    expect(checked.usable).toEqual({ ...goodPaths, ldLibraryPath: ['/e/geo/system'], binPath: ['/e/geo/bin'] });
    expect(checked.provides).toEqual([]);
  });

  test.each<[VolumeState, string]>([
    [{ state: 'unreadable', cause: 'permission denied (EACCES)' }, 'permission denied (EACCES)'],
    [{ state: 'not-a-folder' }, '/e/geo is not a folder'],
  ])('is one error when it is %j, and its paths are left out', (volume, message) => {
    const checked = check({ ...nothingThere, volume }, allDeclared);
    expect(checked.findings).toMatchObject([
      { severity: 'error', reason: 'VolumeUnreadable', message: expect.stringContaining(message) },
    ]);
    expect(checked.usable).toMatchObject({ controlPath: [], libraryPath: [], ldLibraryPath: [], binPath: [] });
  });
});

describe('a folder', () => {
  test('that is missing though it is the default is no finding, and stays', () => {
    const { controlFolders = [], libraryFolders = [] } = nothingThere;
    expect(check({ controlFolders, libraryFolders })).toMatchObject({ usable: goodPaths, findings: [] });
  });

  test('that is missing though someone wrote it down is a warning, and stays', () => {
    const checked = check(nothingThere, allDeclared);
    expect(checked.usable).toEqual({ ...goodPaths, ldLibraryPath: ['/e/geo/system'], binPath: ['/e/geo/bin'] });
    expect(checked.findings.map(({ severity, reason, message }) => [severity, reason, message])).toEqual([
      [
        'warning',
        'PathMissing',
        expect.stringContaining('/e/geo/share/extension is not in the image: PostgreSQL appends'),
      ],
      ['warning', 'PathMissing', expect.stringContaining('correct dynamic_library_path')],
      ['warning', 'PathMissing', expect.stringContaining('correct ld_library_path')],
      ['warning', 'PathMissing', expect.stringContaining('correct bin_path')],
    ]);
    expect(check(nothingThere).findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('/e/geo/system'),
      expect.stringContaining('/e/geo/bin'),
    ]);
  });

  test.each([
    [{ state: 'escapes', target: '/etc' } as const, 'PathEscapesImage', '/etc'],
    [{ state: 'unreadable', cause: 'permission denied (EACCES)' } as const, 'PathUnreadable', 'permission denied'],
    [{ state: 'not-a-folder' } as const, 'PathUnreadable', 'is not one'],
  ])('in state %j is left out with an error, whoever named it', (state, reason, text) => {
    const folder = (path: string) => [{ path, ...state }];
    const checked = check({
      controlFolders: folder('/e/geo/share'),
      libraryFolders: folder('/e/geo/lib'),
      ldLibraryFolders: folder('/e/geo/system'),
      binFolders: folder('/e/geo/bin'),
    });
    expect(checked.usable).toMatchObject({ controlPath: [], libraryPath: [], ldLibraryPath: [], binPath: [] });
    expect(checked.findings).toHaveLength(4);
    for (const path of ['/e/geo/share', '/e/geo/lib', '/e/geo/system', '/e/geo/bin']) {
      const finding = checked.findings.find(({ message }) => message.includes(`${path} `));
      expect(finding).toMatchObject({ severity: 'error', reason, message: expect.stringContaining(text) });
    }
    expect(checked.provides).toEqual([]);
    expect(checked.libraries).toEqual([]);
  });
});

describe('a control file', () => {
  test.each([
    [{ kind: 'invalid', message: 'unrecognized parameter "bogus"' } as const, 'unrecognized parameter "bogus"'],
    [{ kind: 'unreadable', cause: 'permission denied (EACCES)' } as const, 'permission denied (EACCES)'],
  ])('that is %j leaves out its folder, and only that', (content, why) => {
    const bad = controlFile('bad', content);
    const checked = check({
      controlFolders: [
        { path: '/e/geo/share', state: 'present', controlFiles: [controlFile('cube'), bad] },
        { path: '/e/geo/other', state: 'present', controlFiles: [controlFile('earthdistance')] },
      ],
    });
    expect(checked.usable).toEqual({ ...goodPaths, controlPath: ['/e/geo/other'] });
    expect(checked.provides.map(({ name }) => name)).toEqual(['earthdistance']);
    expect(checked.findings).toMatchObject([{ severity: 'error', reason: 'ControlFileUnreadable' }]);
    for (const part of [bad.path, why, '/e/geo/share is left out', 'repair or remove']) {
      expect(checked.findings[0]?.message).toContain(part);
    }
  });

  test('that is auxiliary and malformed is a warning only', () => {
    const bad = controlFile('cube--1.1', { kind: 'invalid', message: 'unrecognized parameter "bogus"' });
    const checked = check({
      controlFolders: [{ path: '/e/geo/share', state: 'present', controlFiles: [controlFile('cube'), bad] }],
    });
    expect(checked.usable).toEqual(goodPaths);
    expect(checked.provides.map(({ name }) => name)).toEqual(['cube']);
    expect(checked.findings).toMatchObject([{ severity: 'warning', reason: 'ControlFileUnreadable' }]);
  });

  test('provides an extension, the first one of its name', () => {
    const version = (defaultVersion: string) => ({ kind: 'valid', control: { ...control, defaultVersion } }) as const;
    const other = { ...controlFile('cube', version('2.0')), path: '/e/geo/other/extension/cube.control' };
    const checked = check({
      controlFolders: [
        { path: '/e/geo/share', state: 'present', controlFiles: [controlFile('cube', version('1.5'))] },
        { path: '/e/geo/other', state: 'present', controlFiles: [other] },
      ],
    });
    const controlFilePath = '/e/geo/share/extension/cube.control';
    expect(checked.provides).toEqual([
      {
        name: 'cube',
        defaultVersion: '1.5',
        relocatable: false,
        requires: [],
        trusted: false,
        controlFile: controlFilePath,
      },
    ]);
  });

  test('provides comment and schema where it names them', () => {
    const content = { kind: 'valid', control: { ...control, comment: 'c', schema: 's', requires: ['x'] } } as const;
    const checked = check({
      controlFolders: [{ path: '/e/geo/share', state: 'present', controlFiles: [controlFile('cube', content)] }],
    });
    expect(checked.provides).toMatchObject([{ comment: 'c', schema: 's', requires: ['x'] }]);
  });
});
