import { valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { isGiven } from './given.ts';

/** The times of the lease that a primary holds; the same rules as those of the election of leaders in Kubernetes. */
export function checkPrimaryLease(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'primaryLease'];
  if (!isGiven(cluster, path)) return [];
  const seconds = (key: string, otherwise: number): number => {
    const value = valueAt(cluster, [...path, key]);
    return typeof value === 'number' ? value : otherwise;
  };
  const duration = seconds('leaseDurationSeconds', 15);
  const deadline = seconds('renewDeadlineSeconds', 10);
  const retry = seconds('retryPeriodSeconds', 2);
  return [
    ...(duration <= deadline
      ? [
          invalid(
            [...path, 'leaseDurationSeconds'],
            duration,
            'leaseDurationSeconds must be greater than renewDeadlineSeconds',
          ),
        ]
      : []),
    ...(5 * deadline <= 6 * retry
      ? [
          invalid(
            [...path, 'renewDeadlineSeconds'],
            deadline,
            'renewDeadlineSeconds must be greater than retryPeriodSeconds multiplied by 1.2',
          ),
        ]
      : []),
  ];
}
