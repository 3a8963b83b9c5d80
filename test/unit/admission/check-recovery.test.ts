import { expect, test } from 'vitest';
import { checkRecovery } from '../../../src/admission/check-recovery.ts';
import { renderField, renderFieldError } from '../../../src/admission/field-error.ts';

const snapshot = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'pgdata' };
const claim = { kind: 'PersistentVolumeClaim', name: 'pgdata' };
const secret = { apiGroup: '', kind: 'Secret', name: 'pgdata' };
const shownSecret = '{"apiGroup":"","kind":"Secret","name":"pgdata"}';
const kinds = 'Only VolumeSnapshots and PersistentVolumeClaims are supported';

function check(recovery: unknown, spec: object = {}) {
  return checkRecovery({ spec: { ...spec, bootstrap: { recovery } } });
}

function refused(recovery: unknown, spec: object = {}): readonly string[] {
  return check(recovery, spec).map(renderFieldError);
}

test.each([undefined, null, 'x', {}, { source: 1 }, { volumeSnapshots: 'x' }, { source: '', backup: { name: 'b' } }])(
  '%j says nothing that could be wrong',
  (recovery) => {
    expect(refused(recovery)).toEqual([]);
  },
);

test.each(['connectionParameters', 'barmanObjectStore', 'plugin'])('a source that has %s can be recovered', (key) => {
  expect(refused({ source: 'test' }, { externalClusters: [{ name: 'test', [key]: {} }] })).toEqual([]);
});

const path = 'spec.bootstrap.recovery.source: Invalid value: "test": External cluster test';
const unusable = `${path} cannot be used for recovery: missing connection parameters, Barman, or CNPG-i configuration`;

test('a source that does not exist is refused twice, as upstream does', () => {
  expect(refused({ source: 'test' }, { externalClusters: [{ name: 'another' }] })).toEqual([
    `${path} not found`,
    unusable,
  ]);
});

test('a source without a connection is refused', () => {
  expect(refused({ source: 'test' }, { externalClusters: [{ name: 'test', plugin: null }] })).toEqual([unusable]);
});

test('snapshots and claims can be recovered', () => {
  expect(refused({ volumeSnapshots: { storage: snapshot } })).toEqual([]);
  expect(refused({ volumeSnapshots: { storage: claim, walStorage: snapshot } }, { walStorage: {} })).toEqual([]);
});

test.each([
  [{ name: 'b' }, '{"name":"b"}'],
  [{ endpointCA: { name: 'n', key: 'k' } }, '{"name":"","endpointCA":{"name":"n","key":"k"}}'],
])('snapshots exclude the backup %j', (backup, shown) => {
  expect(refused({ backup, volumeSnapshots: {} })).toEqual([
    `spec.bootstrap.recovery.backup: Invalid value: ${shown}: Recovery from dataSource is not compatible with other types of recovery`,
  ]);
});

test('snapshots exclude a backupID', () => {
  expect(refused({ recoveryTarget: { backupID: '2022' }, volumeSnapshots: { storage: claim } })).toEqual([
    'spec.bootstrap.recovery.recoveryTarget.backupID: Invalid value: "2022": Cannot specify a backupID when recovering using a DataSource',
  ]);
});

test('WAL of a snapshot needs a volume', () => {
  const errors = check({ volumeSnapshots: { storage: snapshot, walStorage: snapshot } });
  expect(errors.map(renderFieldError)).toEqual([
    'spec.bootstrap.recovery.dataSource.walStorage: Invalid value: {"apiGroup":"snapshot.storage.k8s.io","kind":"VolumeSnapshot","name":"pgdata"}: A WAL storage configuration is required when recovering using a DataSource for WALs',
  ]);
  expect(errors.map(({ at }) => renderField(at ?? []))).toEqual(['spec.bootstrap.recovery.volumeSnapshots.walStorage']);
});

test('other objects are refused, where they are written', () => {
  const errors = check({ volumeSnapshots: { storage: secret, walStorage: secret } }, { walStorage: {} });
  expect(errors.map(renderFieldError)).toEqual([
    `spec.bootstrap.recovery.storage: Invalid value: ${shownSecret}: ${kinds}`,
    `spec.bootstrap.recovery.dataSource.walStorage: Invalid value: ${shownSecret}: ${kinds}`,
  ]);
  expect(errors.map(({ at }) => renderField(at ?? []))).toEqual([
    'spec.bootstrap.recovery.volumeSnapshots.storage',
    'spec.bootstrap.recovery.volumeSnapshots.walStorage',
  ]);
});

test('without a volume for it, upstream refuses another object for WAL twice', () => {
  expect(refused({ volumeSnapshots: { storage: claim, walStorage: secret } })).toHaveLength(3);
});

test('snapshots need a storage', () => {
  expect(refused({ volumeSnapshots: {} })).toEqual([
    `spec.bootstrap.recovery.storage: Invalid value: {"apiGroup":null,"kind":"","name":""}: ${kinds}`,
  ]);
});
