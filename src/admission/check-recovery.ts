import type { Step } from '../documents/complaint.ts';
import { mapOf, textOf } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { findExternalCluster, hasConnection } from './external-cluster.ts';
import { type FieldError, invalid } from './field-error.ts';
import { setSection } from './set-section.ts';

/** What a Cluster begins with that is recovered from another one: https://cloudnative-pg.io/documentation/current/recovery/ */
export function checkRecovery(cluster: ClusterValue): readonly FieldError[] {
  const recovery = setSection(cluster, path);
  if (recovery === undefined) return [];
  return [...checkSource(cluster, recovery), ...checkSnapshots(cluster, recovery)];
}

const path: readonly Step[] = ['spec', 'bootstrap', 'recovery'];

type Section = Readonly<Record<string, unknown>>;

function checkSource(cluster: ClusterValue, recovery: Section): readonly FieldError[] {
  const source = textOf(recovery['source']);
  if (source === '') return [];
  const external = findExternalCluster(cluster, source);
  const at = [...path, 'source'];
  return [
    ...(external === undefined ? [invalid(at, source, `External cluster ${source} not found`)] : []),
    ...(external !== undefined && hasConnection(external) ? [] : [invalid(at, source, unusable(source))]),
  ];
}

function unusable(source: string): string {
  return `External cluster ${source} cannot be used for recovery: missing connection parameters, Barman, or CNPG-i configuration`;
}

function checkSnapshots(cluster: ClusterValue, recovery: Section): readonly FieldError[] {
  const snapshots = setSection(recovery, ['volumeSnapshots']);
  if (snapshots === undefined) return [];
  const backup = setSection(recovery, ['backup']);
  if (backup !== undefined) return [invalid([...path, 'backup'], shownBackup(backup), incompatible)];
  const backupId = textOf(mapOf(recovery['recoveryTarget'])['backupID']);
  if (backupId !== '') return [invalid([...path, 'recoveryTarget', 'backupID'], backupId, superfluousId)];
  return [
    ...checkSnapshot(snapshots['storage'], 'storage', [...path, 'storage']),
    ...checkWalSnapshot(cluster, setSection(snapshots, ['walStorage'])),
  ];
}

function checkWalSnapshot(cluster: ClusterValue, walStorage: Section | undefined): readonly FieldError[] {
  if (walStorage === undefined) return [];
  const named = [...path, 'dataSource', 'walStorage'];
  const kindErrors = checkSnapshot(walStorage, 'walStorage', named);
  if (setSection(cluster, ['spec', 'walStorage']) !== undefined) return kindErrors;
  // Upstream says it twice then.
  return [
    { ...invalid(named, shownReference(walStorage), walStorageMissing), at: placeOf('walStorage') },
    ...kindErrors,
    ...kindErrors,
  ];
}

function checkSnapshot(reference: unknown, key: string, named: readonly Step[]): readonly FieldError[] {
  const [group, kind] = [textOf(mapOf(reference)['apiGroup']), textOf(mapOf(reference)['kind'])];
  if (group === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot') return [];
  if (group === '' && kind === 'PersistentVolumeClaim') return [];
  return [{ ...invalid(named, shownReference(mapOf(reference)), unsupportedKind), at: placeOf(key) }];
}

function placeOf(key: string): readonly Step[] {
  return [...path, 'volumeSnapshots', key];
}

function shownReference({ apiGroup, kind, name }: Section): unknown {
  return { apiGroup: typeof apiGroup === 'string' ? apiGroup : null, kind: textOf(kind), name: textOf(name) };
}

function shownBackup(backup: Section): unknown {
  const authority = setSection(backup, ['endpointCA']);
  return {
    name: textOf(backup['name']),
    ...(authority === undefined
      ? {}
      : { endpointCA: { name: textOf(authority['name']), key: textOf(authority['key']) } }),
  };
}

const incompatible = 'Recovery from dataSource is not compatible with other types of recovery';
const superfluousId = 'Cannot specify a backupID when recovering using a DataSource';
const walStorageMissing = 'A WAL storage configuration is required when recovering using a DataSource for WALs';
const unsupportedKind = 'Only VolumeSnapshots and PersistentVolumeClaims are supported';
