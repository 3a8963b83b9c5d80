import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, quantityText, textOf, valueAt } from '../documents/plain-value.ts';
import { parseQuantity, zeroQuantity } from '../manifests/quantity.ts';
import type { ClusterValue } from './cluster-check.ts';
import { duplicate, type FieldError, invalid } from './field-error.ts';
import { isGiven } from './given.ts';

/** Volumes and tablespaces: https://cloudnative-pg.io/documentation/current/storage/ */
export function checkStorage(cluster: ClusterValue): readonly FieldError[] {
  const tablespaces = ['spec', 'tablespaces'];
  return [
    ...checkSize(cluster, ['spec', 'storage'], ['spec', 'storage']),
    ...(isGiven(cluster, ['spec', 'walStorage'])
      ? checkSize(cluster, ['spec', 'walStorage'], ['spec', 'walStorage'])
      : []),
    ...checkEphemeral(cluster),
    ...listOf(valueAt(cluster, tablespaces)).flatMap((_, index) =>
      // Upstream leaves a step of the path out.
      checkSize(cluster, [...tablespaces, index], [...tablespaces, index, 'storage']),
    ),
    ...checkTablespaceNames(cluster),
    ...checkSnapshotClasses(cluster),
  ];
}

function checkSize(cluster: ClusterValue, path: readonly Step[], at: readonly Step[]): readonly FieldError[] {
  const storage = mapOf(valueAt(cluster, at));
  const size = textOf(storage['size']);
  const refuse = (message: string): FieldError => ({
    ...invalid([...path, 'size'], size, message),
    at: [...at, 'size'],
  });
  if (size !== '') return parseQuantity(size) === undefined ? [refuse("Size value isn't valid")] : [];
  const requested = valueAt(storage, ['pvcTemplate', 'resources', 'requests', 'storage']);
  const quantity = parseQuantity(quantityText(requested)) ?? zeroQuantity;
  if (quantity.nanos !== 0n) return [];
  return [refuse('Size not configured. Please add it, or a storage request in the pvcTemplate.')];
}

function checkEphemeral(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'ephemeralVolumeSource'];
  if (!isGiven(cluster, path) || !isGiven(cluster, ['spec', 'ephemeralVolumesSizeLimit', 'temporaryData'])) return [];
  return [
    duplicate(
      path,
      'Conflicting settings: provide either ephemeralVolumeSource or ephemeralVolumesSizeLimit.TemporaryData, not both.',
    ),
  ];
}

function checkTablespaceNames(cluster: ClusterValue): readonly FieldError[] {
  const start = ['spec', 'tablespaces'];
  const names = new Set<string>();
  const volumes = new Set<string>();
  return listOf(valueAt(cluster, start)).flatMap((item, index) => {
    const name = textOf(mapOf(item)['name']);
    const path = [...start, index];
    if (names.has(name.toLowerCase())) return [invalid(path, name, 'duplicate tablespace name')];
    names.add(name.toLowerCase());
    const volume = `tbs-${name.replace(/^_/, '1').replaceAll('$', '-').replaceAll('_', '-').toLowerCase()}`;
    const isTaken = volumes.has(volume);
    volumes.add(volume);
    const why = explainTablespaceName(name);
    const taken = `tablespace name results in duplicate volume name ${JSON.stringify(volume)} after sanitization (special characters are converted to hyphens)`;
    return [...(why === undefined ? [] : [invalid(path, name, why)]), ...(isTaken ? [invalid(path, name, taken)] : [])];
  });
}

function explainTablespaceName(name: string): string | undefined {
  if (name.startsWith('pg_')) return "tablespace names beginning 'pg_' are reserved for Postgres";
  if (!/^[a-zA-Z_][a-zA-Z0-9_$]*$/.test(name)) {
    return "tablespace names must be valid Postgres identifiers: alphanumeric characters, '_', '$', and must start with a letter or an underscore";
  }
  return name.length > 63 ? 'the maximum length of an identifier is 63 characters' : undefined;
}

function checkSnapshotClasses(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'backup', 'volumeSnapshot', 'tablespaceClassName'];
  const known = new Set(listOf(valueAt(cluster, ['spec', 'tablespaces'])).map((item) => mapOf(item)['name']));
  return Object.keys(mapOf(valueAt(cluster, path)))
    .filter((name) => !known.has(name))
    .map((name) =>
      invalid(
        path,
        name,
        `specified the VolumeSnapshot backup configuration for the tablespace: ${name}, but it can't be found in the '.spec.tablespaces' stanza`,
      ),
    );
}
