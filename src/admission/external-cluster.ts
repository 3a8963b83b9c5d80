import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { setSection } from './set-section.ts';

/** An entry of `spec.externalClusters`. */
export type ExternalCluster = Readonly<Record<string, unknown>>;

export function externalClusters(cluster: ClusterValue): readonly ExternalCluster[] {
  return listOf(valueAt(cluster, ['spec', 'externalClusters'])).map(mapOf);
}

/** The first one of a name. */
export function findExternalCluster(cluster: ClusterValue, name: string): ExternalCluster | undefined {
  return externalClusters(cluster).find((one) => textOf(one['name']) === name);
}

export function hasConnection(external: ExternalCluster): boolean {
  return ['connectionParameters', 'barmanObjectStore', 'plugin'].some(
    (key) => setSection(external, [key]) !== undefined,
  );
}
