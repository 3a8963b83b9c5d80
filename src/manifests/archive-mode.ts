import { mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ArchiveMode } from './fixed-parameters.ts';

/** The archive_mode that CloudNativePG's webhook writes into a Cluster. */
export function archiveMode(cluster: unknown): ArchiveMode {
  if (valueAt(cluster, ['metadata', 'annotations', 'cnpg.io/skipWalArchiving']) === 'enabled') return 'off';
  return isReplicaCluster(cluster) ? 'always' : 'on';
}

/** Whether it follows another cluster: https://cloudnative-pg.io/documentation/current/replica_cluster/ */
export function isReplicaCluster(cluster: unknown): boolean {
  const replica = valueAt(cluster, ['spec', 'replica']);
  if (replica === undefined || replica === null) return false;
  const { enabled, self, primary } = mapOf(replica);
  if (typeof enabled === 'boolean') return enabled;
  const own = textOf(self) === '' ? textOf(valueAt(cluster, ['metadata', 'name'])) : textOf(self);
  return textOf(primary) !== own;
}
