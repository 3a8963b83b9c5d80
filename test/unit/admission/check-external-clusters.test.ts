import { expect, test } from 'vitest';
import { checkExternalClusters } from '../../../src/admission/check-external-clusters.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refused(externalClusters: unknown): readonly string[] {
  return checkExternalClusters({ spec: { externalClusters } }).map(renderFieldError);
}

const connectionParameters = { dbname: 'postgres' };

test.each([
  undefined,
  'x',
  [],
  [
    { name: 'one', connectionParameters: {} },
    { name: 'two', barmanObjectStore: {} },
    { name: 'three', plugin: {} },
  ],
  [{ name: 'one', connectionParameters, sslCert: { name: 'cert', key: 'tls.crt' }, sslKey: 'x', sslRootCert: {} }],
  [{ name: 'one', connectionParameters, password: { name: '../pwned', key: '../pwned' } }],
])('%j is accepted', (list) => {
  expect(refused(list)).toEqual([]);
});

test.each([{ name: 'one' }, { name: 'one', connectionParameters: null, plugin: 'x' }])(
  '%j has no connection',
  (one) => {
    expect(refused([one])).toEqual([
      'spec.externalClusters[0]: Required value: one of connectionParameters, plugin and barmanObjectStore is required',
    ]);
  },
);

test('a name stands once', () => {
  const one = { name: 'one', connectionParameters };
  expect(refused([one, one])).toEqual([
    `spec.externalClusters: Invalid value: ${JSON.stringify([one, one])}: the list of external clusters contains duplicate values`,
  ]);
});

const sentence = "cannot contain a path separator or a '..' component";

test.each(['../pwned', 'nested/pwned', 'a\\b', '.', '..'])('%s is no name', (name) => {
  expect(refused([{ name, connectionParameters }])).toEqual([
    `spec.externalClusters[0].name: Invalid value: ${JSON.stringify(name)}: ${sentence}`,
  ]);
});

test.each(['sslCert', 'sslKey', 'sslRootCert'])('%s stays in the folder of secrets', (secret) => {
  expect(refused([{ name: 'one', connectionParameters, [secret]: { name: '../a', key: '..' } }])).toEqual([
    `spec.externalClusters[0].${secret}.name: Invalid value: "../a": ${sentence}`,
    `spec.externalClusters[0].${secret}.key: Invalid value: "..": ${sentence}`,
  ]);
});
