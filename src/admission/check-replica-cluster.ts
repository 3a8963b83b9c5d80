import type { Step } from '../documents/complaint.ts';
import { mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { isReplicaCluster } from '../manifests/archive-mode.ts';
import type { ClusterValue } from './cluster-check.ts';
import { findExternalCluster } from './external-cluster.ts';
import { type FieldError, forbidden, invalid } from './field-error.ts';
import { isGiven } from './given.ts';
import { refusePromotionToken } from './promotion-token.ts';
import { setSection } from './set-section.ts';

/** A cluster that follows another: https://cloudnative-pg.io/documentation/current/replica_cluster/ */
export function checkReplicaCluster(cluster: ClusterValue): readonly FieldError[] {
  if (setSection(cluster, ['spec', 'replica']) === undefined) return [];
  return [...checkMode(cluster), ...checkReferences(cluster), ...checkToken(cluster)];
}

// Upstream calls the stanza otherwise than the document does.
function refuse(key: string | undefined, at: readonly Step[], value: unknown, message: string): FieldError {
  const path = key === undefined ? ['spec', 'replicaCluster'] : ['spec', 'replicaCluster', key];
  return { ...invalid(path, value, message), at: ['spec', 'replica', ...at] };
}

function checkMode(cluster: ClusterValue): readonly FieldError[] {
  const { enabled, primary } = mapOf(valueAt(cluster, ['spec', 'replica']));
  const both = textOf(primary) !== '' && typeof enabled === 'boolean';
  const isOther = ['pg_basebackup', 'recovery'].some((method) => isGiven(cluster, ['spec', 'bootstrap', method]));
  const isNew = !isGiven(cluster, ['metadata', 'resourceVersion']);
  return [
    ...(both
      ? [
          {
            ...forbidden(
              ['spec', 'replicaCluster', 'enabled'],
              'replica mode enabled is not compatible with the primary field',
            ),
            at: ['spec', 'replica', 'enabled'],
          },
        ]
      : []),
    ...(isReplicaCluster(cluster) && !isOther && isNew
      ? [
          refuse(
            undefined,
            [],
            textOf(primary),
            'replica mode bootstrap is compatible only with pg_basebackup or recovery',
          ),
        ]
      : []),
  ];
}

function checkReferences(cluster: ClusterValue): readonly FieldError[] {
  const { source, self, primary } = mapOf(valueAt(cluster, ['spec', 'replica']));
  const lookUp = (key: string, at: string, name: string): readonly FieldError[] =>
    findExternalCluster(cluster, name) === undefined
      ? [refuse(key, [at], name, `External cluster ${name} not found`)]
      : [];
  return [
    ...lookUp('primaryServerName', 'source', textOf(source)),
    ...(textOf(self) === '' ? [] : lookUp('self', 'self', textOf(self))),
    ...(textOf(primary) === '' ? [] : lookUp('primary', 'primary', textOf(primary))),
  ];
}

function checkToken(cluster: ClusterValue): readonly FieldError[] {
  const { promotionToken, minApplyDelay } = mapOf(valueAt(cluster, ['spec', 'replica']));
  const token = textOf(promotionToken);
  if (token === '') return [];
  const at = ['promotionToken'];
  if ((minApplyDelay ?? null) !== null) {
    return [
      refuse('minApplyDelay', ['minApplyDelay'], token, 'minApplyDelay cannot be applied with a promotion token'),
    ];
  }
  if (isReplicaCluster(cluster)) {
    return [refuse('token', at, token, 'promotionToken is only allowed for primary clusters')];
  }
  const why = refusePromotionToken(token);
  return why === undefined ? [] : [refuse('token', at, token, why)];
}
