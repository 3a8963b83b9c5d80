import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Mount } from '../../../src/image-volume/mountinfo.ts';
import { type ImageFolders, observeImageVolume } from '../../../src/image-volume/observe-image-volume.ts';
import { asNobody } from '../../support/as-nobody.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let root: string;
let image: string;

beforeEach(() => {
  root = temporaryFolder('images');
  chmodSync(root, 0o755);
  image = join(root, 'geo');
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(image, name)), { recursive: true });
    writeFileSync(join(image, name), text);
  }
}

function folders(paths: Partial<Record<'control' | 'library' | 'ld' | 'bin', readonly string[]>> = {}): ImageFolders {
  const absolute = (relative: readonly string[]) => relative.map((path) => join(image, path));
  return {
    name: 'geo',
    mountPath: image,
    controlPath: absolute(paths.control ?? ['share']),
    libraryPath: absolute(paths.library ?? ['lib']),
    ldLibraryPath: absolute(paths.ld ?? []),
    binPath: absolute(paths.bin ?? []),
  };
}

function observe(paths: Parameters<typeof folders>[0] = {}, mounts: readonly Mount[] = []) {
  return observeImageVolume(folders(paths), mounts);
}

function observeAsNobody(paths: Parameters<typeof folders>[0] = {}) {
  return asNobody('image-volume/observe-image-volume.ts', 'observeImageVolume', [folders(paths), []]);
}

describe('libraries of the system', () => {
  test('are seen when ld_library_path does not list their folder', () => {
    write({ 'lib/geo.so': '', 'system/libgeos_c.so.1': '' });
    expect(observe().unlistedSystemFolder).toBe(`${image}/system`);
    expect(observe({ ld: ['system'] }).unlistedSystemFolder).toBeUndefined();
  });

  test('are not meant by a folder of that name with something else in it', () => {
    write({ 'lib/geo.so': '', 'system/readme.txt': '' });
    expect(observe().unlistedSystemFolder).toBeUndefined();
  });
});

describe('the volume', () => {
  const mount = { readOnly: true, noexec: true, fileSystem: 'overlay' };

  test('is missing, also where a link leads nowhere', () => {
    expect(observe().volume).toEqual({ state: 'missing' });
    symlinkSync('nowhere', image);
    expect(observe().volume).toEqual({ state: 'missing' });
  });

  test('is empty, with or without a mount', () => {
    mkdirSync(image);
    expect(observe().volume).toEqual({ state: 'empty', mounted: false });
    expect(observe({}, [{ mountPoint: image, ...mount }]).volume).toEqual({ state: 'empty', mounted: true });
  });

  test('is a plain folder, or a mount with its options', () => {
    write({ 'lib/x.so': '' });
    expect(observe().volume).toEqual({ state: 'folder' });
    expect(observe({}, [{ mountPoint: image, ...mount }]).volume).toEqual({ state: 'mounted', ...mount });
  });

  test('is the mount that a link leads to', () => {
    mkdirSync(join(root, 'real'));
    writeFileSync(join(root, 'real/file'), '');
    symlinkSync('real', image);
    expect(observe({}, [{ mountPoint: join(root, 'real'), ...mount }]).volume).toMatchObject({ state: 'mounted' });
  });

  test('is not a folder', () => {
    writeFileSync(image, '');
    expect(observe().volume).toEqual({ state: 'not-a-folder' });
  });

  test('is unreadable when neither it nor its folders may be read', () => {
    write({ 'share/extension/x.control': '' });
    chmodSync(image, 0);
    expect(observeAsNobody()).toMatchObject({ volume: { state: 'unreadable', cause: 'permission denied (EACCES)' } });
  });

  test('is a folder when only its folders may be read, which is enough for PostgreSQL', () => {
    write({ 'share/extension/x.control': '' });
    chmodSync(image, 0o311);
    expect(observeAsNobody()).toMatchObject({ volume: { state: 'folder' } });
  });
});

describe('a folder of control files', () => {
  test('is read file by file, in the order of their names', () => {
    write({
      'share/extension/geo.control': "default_version = '1.2'\nrequires = 'cube'",
      'share/extension/geo--1.2.control': 'trusted = true',
      'share/extension/cube.control': 'bogus = 1',
      'share/extension/._cube.control': '',
      'share/extension/geo--1.2.sql': '',
    });
    const path = join(image, 'share');
    expect(observe().controlFolders).toMatchObject([
      {
        path,
        state: 'present',
        controlFiles: [
          { name: '._cube', auxiliary: false, content: { kind: 'valid' } },
          { name: 'cube', content: { kind: 'invalid', message: 'unrecognized parameter "bogus"' } },
          { name: 'geo', path: join(path, 'extension/geo.control'), content: { control: { defaultVersion: '1.2' } } },
          { name: 'geo--1.2', auxiliary: true, content: { kind: 'valid', control: { trusted: true } } },
        ],
      },
    ]);
  });

  test('says of each file why it cannot be read', () => {
    write({ 'share/extension/huge.control': '#'.repeat(1024 * 1024 + 1), 'share/extension/folder.control/x': '' });
    symlinkSync('nowhere', join(image, 'share/extension/dangling.control'));
    spawnSync('mkfifo', [join(image, 'share/extension/pipe.control')]);
    expect(observe().controlFolders).toMatchObject([
      {
        controlFiles: [
          { name: 'dangling', content: { kind: 'unreadable', cause: 'no such file or directory (ENOENT)' } },
          { name: 'folder', content: { kind: 'unreadable', cause: 'it is a folder' } },
          { name: 'huge', content: { kind: 'unreadable', cause: expect.stringContaining('more than the 1048576') } },
          { name: 'pipe', content: { kind: 'unreadable', cause: 'it is not a regular file' } },
        ],
      },
    ]);
  });

  test('says of a file that its permissions are missing', () => {
    write({ 'share/extension/geo.control': '' });
    chmodSync(join(image, 'share/extension/geo.control'), 0);
    expect(observeAsNobody()).toMatchObject({
      controlFolders: [{ controlFiles: [{ content: { kind: 'unreadable', cause: 'permission denied (EACCES)' } }] }],
    });
  });

  test('may be missing itself, or only its folder "extension"', () => {
    write({ 'share/x.control': '' });
    const [share, none] = [join(image, 'share'), join(image, 'none')];
    expect(observe({ control: ['share', 'none'] }).controlFolders).toEqual([
      { path: share, state: 'missing', missing: join(share, 'extension') },
      { path: none, state: 'missing', missing: none },
    ]);
  });

  test('may not be a folder, at either level', () => {
    write({ share: '', 'other/extension': '' });
    expect(observe({ control: ['share', 'other'] }).controlFolders).toMatchObject([
      { state: 'not-a-folder' },
      { state: 'not-a-folder' },
    ]);
  });

  test('may be unreadable', () => {
    write({ 'share/extension/x.control': '', 'lib/x.so': '' });
    chmodSync(join(image, 'share/extension'), 0o311);
    expect(observeAsNobody()).toMatchObject({
      volume: { state: 'folder' },
      controlFolders: [{ state: 'unreadable', cause: 'permission denied (EACCES)' }],
    });
    expect(observe().controlFolders).toMatchObject([{ state: process.getuid?.() === 0 ? 'present' : 'unreadable' }]);
  });

  test('is unreadable when its links lead in a circle', () => {
    write({ 'share/x': '' });
    symlinkSync('extension', join(image, 'share/extension'));
    expect(observe().controlFolders).toMatchObject([{ state: 'unreadable', cause: expect.stringContaining('ELOOP') }]);
  });
});

describe('a folder that is a link', () => {
  test('is fine as long as it stays in the image', () => {
    write({ 'usr/share/extension/x.control': '', 'usr/lib/x.so': '' });
    symlinkSync('usr/share', join(image, 'share'));
    symlinkSync(join(image, 'usr/lib'), join(image, 'lib'));
    const observed = observe();
    expect([...observed.controlFolders, ...observed.libraryFolders].map(({ state }) => state)).toEqual([
      'present',
      'present',
    ]);
  });

  test('escapes when it leads out, at either level, also beside a folder whose name begins alike', () => {
    const outside = `${image}2`;
    mkdirSync(join(outside, 'extension'), { recursive: true });
    mkdirSync(join(outside, 'no-extension'));
    write({ 'other/x': '' });
    for (const link of ['share', 'lib', 'system', 'bin']) symlinkSync('../geo2', join(image, link));
    symlinkSync('../../geo2/extension', join(image, 'other/extension'));
    symlinkSync('../geo2/no-extension', join(image, 'third'));
    const paths = { control: ['share', 'other', 'third'], ld: ['system'], bin: ['bin'] };
    const { controlFolders, libraryFolders, ldLibraryFolders, binFolders } = observe(paths);
    expect(controlFolders).toEqual([
      { path: join(image, 'share'), state: 'escapes', target: join(outside, 'extension') },
      { path: join(image, 'other'), state: 'escapes', target: join(outside, 'extension') },
      { path: join(image, 'third'), state: 'escapes', target: join(outside, 'no-extension') },
    ]);
    expect([...libraryFolders, ...ldLibraryFolders, ...binFolders]).toEqual(
      ['lib', 'system', 'bin'].map((name) => ({ path: join(image, name), state: 'escapes', target: outside })),
    );
  });
});

test('lists libraries, and apart from them links that lead nowhere', () => {
  write({ 'lib/b.so': '', 'lib/liba.so.1.2': '', 'lib/a.sol': '', 'lib/x.txt': '', 'lib/dir.so/x': '' });
  symlinkSync('liba.so.1.2', join(image, 'lib/liba.so.1'));
  symlinkSync('dir.so', join(image, 'lib/link-to-dir.so'));
  symlinkSync('nowhere', join(image, 'lib/gone.so'));
  symlinkSync('circle.so', join(image, 'lib/circle.so'));
  expect(observe().libraryFolders).toEqual([
    {
      path: join(image, 'lib'),
      state: 'present',
      libraries: ['b.so', 'liba.so.1', 'liba.so.1.2'],
      dangling: ['circle.so', 'gone.so'],
    },
  ]);
});

test('looks at the folders of loader and shell only from outside', () => {
  write({ 'system/libx.so.1': '', tool: '', 'closed/x': '' });
  chmodSync(join(image, 'closed'), 0);
  expect(observe({ ld: ['system', 'none'], bin: ['tool'] })).toMatchObject({
    ldLibraryFolders: [{ state: 'present' }, { state: 'missing' }],
    binFolders: [{ state: 'not-a-folder' }],
  });
  expect(observeAsNobody({ ld: ['closed'] })).toMatchObject({
    ldLibraryFolders: [{ state: 'unreadable', cause: 'permission denied (EACCES)' }],
  });
});
