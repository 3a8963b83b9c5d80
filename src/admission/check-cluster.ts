import { checkAccess } from './check-access.ts';
import { checkAnnotations } from './check-annotations.ts';
import { checkBackup } from './check-backup.ts';
import { checkBootstrap } from './check-bootstrap.ts';
import { checkExtensions } from './check-extensions.ts';
import { checkExternalClusters } from './check-external-clusters.ts';
import { checkImageName } from './check-image-name.ts';
import { checkImport } from './check-import.ts';
import { checkManaged } from './check-managed.ts';
import { checkParameterNames } from './check-parameter-names.ts';
import { checkParameterValues } from './check-parameter-values.ts';
import { checkPlugins } from './check-plugins.ts';
import { checkPodSelectors } from './check-pod-selectors.ts';
import { checkPrimaryLease } from './check-primary-lease.ts';
import { checkRecoveryTarget } from './check-recovery-target.ts';
import { checkReplicaCluster } from './check-replica-cluster.ts';
import { checkReplicas } from './check-replicas.ts';
import { checkReplicationSlots } from './check-replication-slots.ts';
import { checkResources } from './check-resources.ts';
import { checkScheduling } from './check-scheduling.ts';
import { checkStorage } from './check-storage.ts';
import type { ClusterCheck, ClusterValue } from './cluster-check.ts';
import type { FieldError } from './field-error.ts';

/** Everything that CloudNativePG's webhook refuses in a new Cluster. */
export function checkCluster(cluster: ClusterValue): readonly FieldError[] {
  return checks.flatMap((check) => check(cluster));
}

const checks: readonly ClusterCheck[] = [
  checkBootstrap,
  checkImport,
  checkAccess,
  checkImageName,
  checkRecoveryTarget,
  checkReplicas,
  checkStorage,
  checkExternalClusters,
  checkScheduling,
  checkReplicaCluster,
  checkBackup,
  checkParameterNames,
  checkParameterValues,
  checkReplicationSlots,
  checkManaged,
  checkResources,
  checkAnnotations,
  checkPlugins,
  checkPodSelectors,
  checkExtensions,
  checkPrimaryLease,
];
