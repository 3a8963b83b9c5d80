import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { isReplicaCluster } from '../manifests/archive-mode.ts';
import type { ClusterValue } from './cluster-check.ts';
import { renderField } from './field-error.ts';
import { instancesOf, isGiven, numberAt, parametersOf } from './given.ts';

/** A warning of the webhook, and the field that it is about. */
export interface AdmissionWarning {
  readonly path: readonly Step[];
  readonly message: string;
}

/** What CloudNativePG's webhook accepts with a warning, in its own words. */
export function admissionWarnings(cluster: ClusterValue): readonly AdmissionWarning[] {
  return [
    ...warnIf(
      isGiven(cluster, maintenance),
      maintenance,
      'Consider using `.spec.enablePDB` instead of the node maintenance window feature',
    ),
    ...warnOfBarman(cluster),
    ...warnOfRetention(cluster),
    ...['storage', 'walStorage'].flatMap((key) => warnOfStorage(cluster, ['spec', key])),
    ...warnOfSharedBuffers(cluster),
    ...warnOfMonitoring(cluster),
    ...warnOfReplication(cluster),
  ];
}

const maintenance: readonly Step[] = ['spec', 'nodeMaintenanceWindow'];

function warnIf(condition: boolean, path: readonly Step[], message: string): readonly AdmissionWarning[] {
  return condition ? [{ path, message }] : [];
}

function warnOfBarman(cluster: ClusterValue): readonly AdmissionWarning[] {
  const own = ['spec', 'backup', 'barmanObjectStore'];
  const external = listOf(valueAt(cluster, ['spec', 'externalClusters'])).flatMap((item, index) =>
    isGiven(item, ['barmanObjectStore']) ? [['spec', 'externalClusters', index, 'barmanObjectStore']] : [],
  );
  const used = [...(isGiven(cluster, own) ? [own] : []), ...external];
  const fields = used.map((path) => path.join('.')).join(', ');
  return warnIf(
    used.length > 0,
    used[0] ?? [],
    `Native support for Barman Cloud backups and recovery is deprecated and will be completely removed in CloudNativePG 1.31.0. Found usage in: ${fields}. Please migrate existing clusters to the new Barman Cloud Plugin to ensure a smooth transition.`,
  );
}

function warnOfRetention(cluster: ClusterValue): readonly AdmissionWarning[] {
  const path = ['spec', 'backup', 'retentionPolicy'];
  return warnIf(
    textOf(valueAt(cluster, path)) !== '' && !isGiven(cluster, ['spec', 'backup', 'barmanObjectStore']),
    path,
    'Retention policies specified in .spec.backup.retentionPolicy are only used by the in-tree barman-cloud support, which is not being used in this cluster. Please use a backup plugin and migrate this configuration to the plugin configuration',
  );
}

function warnOfStorage(cluster: ClusterValue, path: readonly Step[]): readonly AdmissionWarning[] {
  const storage = mapOf(valueAt(cluster, path));
  const [field, template] = [renderField(path), `${renderField(path)}.pvcTemplate`];
  return [
    ...warnIf(
      isGiven(storage, ['storageClass']) && isGiven(storage, ['pvcTemplate', 'storageClassName']),
      [...path, 'storageClass'],
      `${field}.storageClass and ${template}.storageClassName are both specified, ${field}.storageClass value will be used.`,
    ),
    ...warnIf(
      textOf(storage['size']) !== '' && isGiven(storage, ['pvcTemplate', 'resources', 'requests', 'storage']),
      [...path, 'size'],
      `${field}.size and ${template}.resources.requests.storage are both specified, ${field}.size value will be used.`,
    ),
  ];
}

function warnOfSharedBuffers(cluster: ClusterValue): readonly AdmissionWarning[] {
  const value = parametersOf(cluster).get('shared_buffers') ?? '';
  return warnIf(
    /^[+-]?\d+$/.test(value),
    ['spec', 'postgresql', 'parameters', 'shared_buffers'],
    `\`shared_buffers\` value '${value}' is missing a unit (e.g., MB, GB). While this is currently allowed, future releases will require an explicit unit. Please update your configuration to specify a valid unit, such as '${value}MB'.`,
  );
}

function warnOfMonitoring(cluster: ClusterValue): readonly AdmissionWarning[] {
  const path = ['spec', 'monitoring'];
  const monitoring = mapOf(valueAt(cluster, path));
  const migrate = 'Please migrate to manually managing your PodMonitor resources';
  const deprecated = (key: string): string =>
    `spec.monitoring.${key} is deprecated and will be removed in a future release. ${migrate}`;
  const has = (key: string): boolean => listOf(monitoring[key]).length > 0;
  return [
    ...warnIf(
      /^0(\.0*)?(ns|us|ms|s|m|h)?$/.test(textOf(monitoring['metricsQueriesTTL'])),
      [...path, 'metricsQueriesTTL'],
      'spec.monitoring.metricsQueriesTTL is explicitly set to 0; this disables automatic TTL behavior and can cause heavy load on the PostgreSQL server.',
    ),
    ...warnIf(
      monitoring['enablePodMonitor'] === true,
      [...path, 'enablePodMonitor'],
      `${deprecated('enablePodMonitor')}. Set this field to false and create a PodMonitor resource for your cluster as described in the documentation.`,
    ),
    ...['podMonitorMetricRelabelings', 'podMonitorRelabelings'].flatMap((key) =>
      warnIf(has(key), [...path, key], `${deprecated(key)} with custom relabeling configurations.`),
    ),
  ];
}

function warnOfReplication(cluster: ClusterValue): readonly AdmissionWarning[] {
  const isProtected =
    instancesOf(cluster) < 2 ||
    isReplicaCluster(cluster) ||
    isGiven(cluster, ['spec', 'postgresql', 'synchronous']) ||
    numberAt(cluster, ['spec', 'minSyncReplicas']) > 0;
  return warnIf(
    !isProtected,
    ['spec', 'instances'],
    'This cluster has no synchronous replication configured. A primary failure can cause data loss for transactions not yet replicated. Consider configuring .spec.postgresql.synchronous to protect against data loss.',
  );
}
