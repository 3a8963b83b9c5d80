import { expect, test } from 'vitest';
import { admissionWarnings } from '../../../src/admission/admission-warnings.ts';
import { renderField } from '../../../src/admission/field-error.ts';

const barman = { barmanObjectStore: {} };

test.each([
  [{}, []],
  [{ instances: 3, minSyncReplicas: 1 }, []],
  [{ instances: 2 }, [['spec.instances', 'This cluster has no synchronous replication configured. A primary failure']]],
  [
    { nodeMaintenanceWindow: {} },
    [['spec.nodeMaintenanceWindow', 'Consider using `.spec.enablePDB` instead of the node maintenance window feature']],
  ],
  [
    { backup: barman, externalClusters: [{}, barman] },
    [
      [
        'spec.backup.barmanObjectStore',
        'Found usage in: spec.backup.barmanObjectStore, spec.externalClusters.1.barmanObjectStore. Please migrate',
      ],
    ],
  ],
  [
    { backup: { retentionPolicy: '30d' } },
    [
      [
        'spec.backup.retentionPolicy',
        'Retention policies specified in .spec.backup.retentionPolicy are only used by the in-tree',
      ],
    ],
  ],
  [
    {
      storage: {
        size: '1Gi',
        storageClass: 'a',
        pvcTemplate: { storageClassName: 'b', resources: { requests: { storage: '1Gi' } } },
      },
    },
    [
      [
        'spec.storage.storageClass',
        'spec.storage.storageClass and spec.storage.pvcTemplate.storageClassName are both specified, spec.storage.storageClass value will be used.',
      ],
      [
        'spec.storage.size',
        'spec.storage.size and spec.storage.pvcTemplate.resources.requests.storage are both specified, spec.storage.size value will be used.',
      ],
    ],
  ],
  [
    { postgresql: { parameters: { shared_buffers: '128' } } },
    [['spec.postgresql.parameters.shared_buffers', "`shared_buffers` value '128' is missing a unit (e.g., MB, GB)."]],
  ],
  [
    { monitoring: { metricsQueriesTTL: '0s', enablePodMonitor: true, podMonitorRelabelings: [{}] } },
    [
      ['spec.monitoring.metricsQueriesTTL', 'explicitly set to 0; this disables automatic TTL'],
      ['spec.monitoring.enablePodMonitor', 'spec.monitoring.enablePodMonitor is deprecated'],
      ['spec.monitoring.podMonitorRelabelings', 'spec.monitoring.podMonitorRelabelings is deprecated'],
    ],
  ],
])('%j', (spec, expected) => {
  const warnings = admissionWarnings({ spec });
  expect(warnings.map(({ path, message }) => [renderField(path), message])).toEqual(
    expected.map(([field, message]) => [field, expect.stringContaining(message ?? '')]),
  );
});
