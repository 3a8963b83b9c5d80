import { expect, test } from 'vitest';
import { checkShadowing, type ShadowableImage } from '../../../src/image-volume/check-shadowing.ts';
import type { ObservedControlFolder, ObservedLibraryFolder } from '../../../src/image-volume/observe-folder.ts';

function controlFolder(path: string, versions: Record<string, string | undefined>): ObservedControlFolder {
  const defaults = { relocatable: false, superuser: true, trusted: false, requires: [], noRelocate: [] };
  const controlFiles = Object.entries(versions).map(([name, version]) => ({
    name,
    path: `${path}/extension/${name}.control`,
    auxiliary: name.includes('--'),
    content: {
      kind: 'valid' as const,
      control: version === undefined ? defaults : { ...defaults, defaultVersion: version },
    },
  }));
  return { path, state: 'present', controlFiles };
}

function libraryFolder(path: string, libraries: readonly string[]): ObservedLibraryFolder {
  return { path, state: 'present', libraries, dangling: [] };
}

function image(
  name: string,
  versions: Record<string, string | undefined>,
  libraries: readonly string[],
): ShadowableImage {
  const mountPath = `/e/${name}`;
  const [controlPath, libraryPath] = [[`${mountPath}/share`], [`${mountPath}/lib`]];
  return {
    observed: {
      name,
      mountPath,
      volume: { state: 'folder' },
      controlFolders: [controlFolder(`${mountPath}/share`, versions)],
      libraryFolders: [libraryFolder(`${mountPath}/lib`, libraries)],
      ldLibraryFolders: [],
      binFolders: [],
      unlistedSystemFolder: undefined,
      writableFolders: [],
    },
    checked: { usable: { name, mountPath, controlPath, libraryPath, ldLibraryPath: [], binPath: [] } },
  };
}

const server = {
  controlFolder: controlFolder('/pg/share', { hstore: '1.8', plpgsql: '1.0' }),
  libraryFolder: libraryFolder('/pg/lib', ['hstore.so', 'libpq.so.5']),
};

test('names what the server itself hides, with both paths and versions', () => {
  const findings = checkShadowing(server, [image('kv', { hstore: '9.9' }, ['hstore.so'])]);
  expect(findings).toMatchObject([
    { severity: 'warning', reason: 'Shadowed', subject: 'extension/kv' },
    { severity: 'warning', reason: 'Shadowed', subject: 'extension/kv' },
  ]);
  const [control, library] = findings.map(({ message }) => message);
  expect(control).toContain('/e/kv/share/extension/hstore.control (version 9.9)');
  expect(control).toContain('/pg/share/extension/hstore.control (version 1.8)');
  expect(library).toContain('/e/kv/lib/hstore.so is hidden by /pg/lib/hstore.so');
});

test('names what an earlier image hides, always with the one that wins', () => {
  const images = ['a', 'b', 'c'].map((name) => image(name, { vector: undefined }, []));
  const findings = checkShadowing({}, images);
  expect(findings.map(({ subject }) => subject)).toEqual(['extension/b', 'extension/c']);
  for (const { message } of findings) {
    expect(message).toContain('hidden by /e/a/share/extension/vector.control (no default version)');
  }
});

test('is silent about different names, auxiliary files and libraries of the loader', () => {
  const images = [
    image('a', { x: '1', 'x--1.1': '1' }, ['x.so', 'libz.so.1']),
    image('b', { 'x--1.1': '1' }, ['libz.so.1']),
  ];
  expect(checkShadowing(server, images)).toEqual([]);
});

test('takes a folder that was left out for neither hidden nor hiding', () => {
  const leftOut = image('a', { vector: '1' }, ['vector.so']);
  const { usable } = leftOut.checked;
  const out = { ...leftOut, checked: { usable: { ...usable, controlPath: [], libraryPath: [] } } };
  expect(checkShadowing({}, [out, image('b', { vector: '1' }, ['vector.so'])])).toEqual([]);
  expect(checkShadowing({}, [image('b', { vector: '1' }, ['vector.so']), out])).toEqual([]);
});

test('does not take a folder that is named twice for one that hides itself', () => {
  const once = image('a', { vector: '1' }, ['vector.so']);
  expect(checkShadowing({}, [once, once])).toEqual([]);
});
