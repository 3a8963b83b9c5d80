import { checkExtensions } from './check-extensions.ts';
import { checkImageName } from './check-image-name.ts';
import { checkParameterNames } from './check-parameter-names.ts';
import type { ClusterCheck, ClusterValue } from './cluster-check.ts';
import type { FieldError } from './field-error.ts';

/** Everything that CloudNativePG's webhook refuses in a new Cluster. */
export function checkCluster(cluster: ClusterValue): readonly FieldError[] {
  return checks.flatMap((check) => check(cluster));
}

// In the order of the webhook.
const checks: readonly ClusterCheck[] = [checkImageName, checkParameterNames, checkExtensions];
