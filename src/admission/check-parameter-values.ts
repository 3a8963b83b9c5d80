import { listOf, textOf, valueAt } from '../documents/plain-value.ts';
import { archiveMode, isReplicaCluster } from '../manifests/archive-mode.ts';
import { postgresMajor } from '../manifests/image-version.ts';
import { checkWalSizes } from './check-wal-sizes.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { instancesOf, isGiven, numberAt, parametersOf } from './given.ts';
import { parsePostgresBoolean, parsePostgresSize } from './postgres-values.ts';

/** What the values of parameters have to be: https://cloudnative-pg.io/documentation/current/postgresql_conf/ */
export function checkParameterValues(cluster: ClusterValue): readonly FieldError[] {
  const major = askedMajor(cluster);
  const legacy =
    numberAt(cluster, ['spec', 'minSyncReplicas']) > 0 || numberAt(cluster, ['spec', 'maxSyncReplicas']) > 0;
  const path = ['spec', 'postgresql', 'synchronous'];
  const both = isGiven(cluster, path) && legacy;
  const message = "Can't have both legacy synchronous replica configuration and new one";
  const synchronous = both ? [invalid(path, valueAt(cluster, path), message)] : [];
  // Another rule tells that the version of the image is not known.
  if (major === undefined) return synchronous;
  return [
    ...synchronous,
    ...(major < 13
      ? [
          invalid(
            ['spec', 'imageName'],
            textOf(valueAt(cluster, ['spec', 'imageName'])),
            'Unsupported PostgreSQL version. Versions 13 or newer are supported',
          ),
        ]
      : []),
    ...checkWalLevel(cluster),
    ...checkSharedBuffers(cluster),
    ...checkBooleans(cluster),
    ...checkWalSizes(cluster),
    ...checkElection(cluster),
  ];
}

/** The major version that a Cluster asks for, by its catalog or its image; undefined where the image does not say it. */
export function askedMajor(cluster: ClusterValue): number | undefined {
  const reference = valueAt(cluster, ['spec', 'imageCatalogRef']);
  if ((reference ?? null) !== null) return numberAt(reference, ['major']);
  const image = textOf(valueAt(cluster, ['spec', 'imageName']));
  return image === '' ? 18 : postgresMajor(image);
}

function refuse(name: string, value: unknown, message: string): FieldError {
  return invalid(['spec', 'postgresql', 'parameters', name], value, message);
}

function checkWalLevel(cluster: ClusterValue): readonly FieldError[] {
  const parameters = parametersOf(cluster);
  const level = parameters.get('wal_level') ?? 'logical';
  if (!['logical', 'replica', 'minimal'].includes(level)) {
    const message = 'unrecognized `wal_level` value - allowed values: `logical`, `replica`, `minimal`';
    return [refuse('wal_level', level, message)];
  }
  if (level !== 'minimal') return [];
  const needsMore = instancesOf(cluster) > 1 || archiveMode(cluster) !== 'off' || isReplicaCluster(cluster);
  const message =
    "`wal_level` should be set at `logical` or `replica` when `archive_mode` is `on`, '.instances' field is greater than 1, or this is a replica cluster";
  return [
    ...(needsMore ? [refuse('wal_level', level, message)] : []),
    ...(parameters.get('max_wal_senders') === '0'
      ? []
      : [refuse('max_wal_senders', level, '`max_wal_senders` should be set at `0` when `wal_level` is `minimal`')]),
  ];
}

function checkSharedBuffers(cluster: ClusterValue): readonly FieldError[] {
  const name = 'shared_buffers';
  const value = parametersOf(cluster).get(name) ?? '';
  if (value === '' || parsePostgresSize(value) !== undefined) return [];
  const message = `Invalid value for configuration parameter ${name}. More info on accepted values format: https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES`;
  return [refuse(name, name, message)];
}

function checkBooleans(cluster: ClusterValue): readonly FieldError[] {
  const parameters = parametersOf(cluster);
  const wrong = ['hot_standby_feedback', 'sync_replication_slots', 'wal_log_hints'].flatMap((name) => {
    const value = parameters.get(name);
    if (value === undefined || parsePostgresBoolean(value) !== undefined) return [];
    return [refuse(name, value, `invalid \`${name}\` value. Must be a postgres boolean`)];
  });
  const hints = parameters.get('wal_log_hints');
  const isOff = hints !== undefined && parsePostgresBoolean(hints) === false;
  return [
    ...wrong,
    ...(isOff && instancesOf(cluster) > 1
      ? [refuse('wal_log_hints', hints, '`wal_log_hints` must be set to `on` when `instances` > 1')]
      : []),
  ];
}

function checkElection(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'postgresql', 'syncReplicaElectionConstraint'];
  const isEnabled = valueAt(cluster, [...path, 'enabled']) === true;
  if (!isEnabled || listOf(valueAt(cluster, [...path, 'nodeLabelsAntiAffinity'])).length > 0) return [];
  const message =
    "Can't enable syncReplicaConstraints without passing labels for comparison inside nodeLabelsAntiAffinity";
  return [invalid([...path, 'nodeLabelsAntiAffinity'], null, message)];
}
