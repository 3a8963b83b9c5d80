import { expect, test } from 'vitest';
import { assembleConfiguration } from '../../../src/configuration/assemble-configuration.ts';
import type { RawConfiguration } from '../../../src/configuration/configuration-schema.ts';
import { emptyConfiguration } from '../../../src/configuration/instance-configuration.ts';

function assemble(...raws: RawConfiguration[]) {
  return assembleConfiguration(
    raws.map((raw) => ({
      raw,
      document: {
        file: 'a',
        value: raw,
        locate: (path) => ({ file: 'a', path, line: 1, column: 1 }),
        numberText: (path) => (path.at(-1) === 'spelled' ? '0640' : undefined),
      },
    })),
  );
}

test('assembleConfiguration makes the empty configuration of nothing', () => {
  expect(assemble()).toEqual(emptyConfiguration);
  expect(assemble({}, { extensions: null, parameters: null, restart_policy: null })).toEqual(emptyConfiguration);
});

test('assembleConfiguration takes the policy of the file that has one', () => {
  expect(assemble({}, { restart_policy: 'automatic' }, {}).restartPolicy).toBe('automatic');
});

test('assembleConfiguration writes values as PostgreSQL reads them', () => {
  const parameters = { On: true, off: false, spelled: 640, counted: 15, text: 'x' };
  expect(assemble({ parameters }).parameters).toEqual({
    on: 'on',
    off: 'off',
    spelled: '0640',
    counted: '15',
    text: 'x',
  });
});

test('assembleConfiguration leaves out what an image does not say', () => {
  const image = { reference: null, pullPolicy: 'Never' } as const;
  expect(assemble({ extensions: [{ name: 'a', image }] }).extensions[0]?.image).toEqual({ pullPolicy: 'Never' });
});

test('assembleConfiguration takes a folder once', () => {
  const [extension] = assemble({ extensions: [{ name: 'a', ld_library_path: ['/x', 'y', 'x/'] }] }).extensions;
  expect(extension?.ldLibraryPath).toEqual(['x', 'y']);
});
