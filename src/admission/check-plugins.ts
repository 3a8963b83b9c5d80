import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { isGiven } from './given.ts';

/** Plugins that archive WAL: https://cloudnative-pg.io/documentation/current/cnpg_i/ */
export function checkPlugins(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'plugins'];
  const archivers = listOf(valueAt(cluster, path))
    .map(mapOf)
    .filter(({ enabled, isWALArchiver }) => enabled !== false && isWALArchiver === true)
    .map(({ name }) => textOf(name));
  const hasBarman = isGiven(cluster, ['spec', 'backup', 'barmanObjectStore']);
  return [
    ...(hasBarman && archivers.length > 0
      ? [invalid(path, archivers, 'Cannot enable a WAL archiver plugin when barmanObjectStore is configured')]
      : []),
    ...(archivers.length > 1 ? [invalid(path, archivers, 'Cannot enable more than one WAL archiver plugin')] : []),
  ];
}
