import { expect, test } from 'vitest';
import { checkShape } from '../../../src/configuration/configuration-schema.ts';

test.each([null, undefined, {}, { extensions: null, parameters: null }])('checkShape accepts %j as empty', (value) => {
  expect(checkShape(value).kind).toBe('valid');
});

test('checkShape gives back what was written, not normalised', () => {
  const value = { extensions: [{ name: 'a', bin_path: ['/bin/'] }], parameters: { Work_Mem: 1 } };
  expect(checkShape(value)).toEqual({ kind: 'valid', raw: value });
});

test('checkShape finds what is wrong in every corner at once', () => {
  const checked = checkShape({
    extensions: [{ name: 'A' }, { name: 'a', env: [{ name: 'PATH', value: 1 }] }],
    shared_preload_libraries: [''],
    parameters: { config_file: null },
    restart_policy: 'never',
    more: 1,
  });
  expect(checked.kind === 'invalid' && checked.complaints.map(({ path, at }) => `${at} ${path.join('.')}`)).toEqual([
    'value extensions.0.name',
    'value extensions.1.env.0.name',
    'value extensions.1.env.0.value',
    'value shared_preload_libraries.0',
    'key parameters.config_file',
    'value parameters.config_file',
    'value restart_policy',
    'key more',
  ]);
});

test('checkShape makes of a document the entry of databases that means the same', () => {
  const spec = { name: 'app', owner: 'me', localeCType: 'C', isTemplate: true, connectionLimit: 3 };
  const checked = checkShape({ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Database', spec });
  expect(checked).toMatchObject({
    kind: 'valid',
    raw: { databases: [{ name: 'app', owner: 'me', locale_ctype: 'C', is_template: true, connection_limit: 3 }] },
  });
});
