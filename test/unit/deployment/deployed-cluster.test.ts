import { describe, expect, test } from 'vitest';
import { deployedCluster } from '../../../src/deployment/deployed-cluster.ts';
import { clusterOf } from '../../support/a-manifest.ts';

const imageInfo = {
  image: 'pg:18.1',
  majorVersion: 18,
  extensions: [{ name: 'pg_ivm', image: { reference: 'ivm:1', pullPolicy: 'Always' } }],
};

function deployed(spec: Readonly<Record<string, unknown>>) {
  return deployedCluster({
    cluster: clusterOf(spec),
    imageInfo,
    managerImage: 'm:1',
    configuration: { 'instance.yaml': '{}' },
  });
}

test('a Cluster that says little is deployed with the defaults of CloudNativePG', () => {
  expect(deployed({})).toEqual({
    name: 'cluster-example',
    namespace: undefined,
    image: { reference: 'pg:18.1', pullPolicy: undefined },
    managerImage: 'm:1',
    imagePullSecrets: [],
    user: { uid: 26, gid: 26 },
    extensions: [{ name: 'pg_ivm', image: { reference: 'ivm:1', pullPolicy: 'Always' } }],
    configuration: { 'instance.yaml': '{}' },
    claim: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
    sharedMemory: undefined,
    resources: undefined,
    env: [],
    initdbArguments: '--encoding=UTF8 --lc-collate=C --lc-ctype=C',
  });
});

test('what a Cluster says about its pods is kept', () => {
  expect(
    deployed({
      imagePullPolicy: 'Always',
      imagePullSecrets: [{ name: 'registry' }],
      postgresUID: 1000,
      postgresGID: 1001,
      ephemeralVolumesSizeLimit: { shm: '1Gi' },
      resources: { requests: { cpu: 1 }, limits: { memory: '1Gi' } },
      env: [
        { name: 'A', value: 'x' },
        { name: 'B', valueFrom: {} },
        { name: 'POSTGRES_HOST_AUTH_METHOD', value: 'trust' },
        { name: 'C' },
      ],
    }),
  ).toMatchObject({
    image: { pullPolicy: 'Always' },
    imagePullSecrets: ['registry'],
    user: { uid: 1000, gid: 1001 },
    sharedMemory: '1Gi',
    resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
    env: [
      { name: 'A', value: 'x' },
      { name: 'C', value: '' },
    ],
  });
});

test('zero as user or group means the usual one', () => {
  expect(deployed({ postgresUID: 0, postgresGID: 0 }).user).toEqual({ uid: 26, gid: 26 });
});

describe('the claim', () => {
  const usual = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } };
  test.each([
    [{ size: '5Gi' }, usual],
    [
      { size: '5Gi', storageClass: '' },
      { ...usual, storageClassName: '' },
    ],
    [
      { pvcTemplate: { resources: { requests: { storage: '5Gi' } } }, storageClass: 'fast' },
      { ...usual, storageClassName: 'fast' },
    ],
    [
      { pvcTemplate: { resources: { requests: { storage: 1073741824 } } } },
      { ...usual, resources: { requests: { storage: '1073741824' } } },
    ],
    [
      {
        size: '5Gi',
        pvcTemplate: { accessModes: ['ReadWriteOncePod'], storageClassName: 'fast', volumeMode: 'Filesystem' },
      },
      { ...usual, accessModes: ['ReadWriteOncePod'], storageClassName: 'fast', volumeMode: 'Filesystem' },
    ],
  ])('of %j', (storage, expected) => {
    expect(deployed({ storage }).claim).toEqual(expected);
  });
});

describe('initdb', () => {
  test.each([
    [
      { encoding: 'LATIN1', localeCollate: 'de_DE', localeCType: 'C' },
      '--encoding=LATIN1 --lc-collate=de_DE --lc-ctype=C',
    ],
    [
      { localeProvider: 'icu', icuLocale: 'de', icuRules: "&a < 'b'" },
      "--encoding=UTF8 --lc-collate=C --lc-ctype=C --locale-provider=icu --icu-locale=de '--icu-rules=&a < '\\''b'\\'''",
    ],
    [{ walSegmentSize: 32 }, '--encoding=UTF8 --lc-collate=C --lc-ctype=C --wal-segsize=32'],
    [{ options: ['-k', '--locale=C'], encoding: 'LATIN1' }, '-k --locale=C'],
  ])('%j', (initdb, expected) => {
    expect(deployed({ bootstrap: { initdb } }).initdbArguments).toBe(expected);
  });
});
