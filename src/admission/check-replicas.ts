import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { instancesOf, isGiven, numberAt } from './given.ts';

/** How many instances there are, and how they follow each other: https://cloudnative-pg.io/documentation/current/replication/ */
export function checkReplicas(cluster: ClusterValue): readonly FieldError[] {
  return [
    ...checkUpdateStrategy(cluster),
    ...checkLegacySynchronous(cluster),
    ...checkSynchronous(cluster),
    ...checkFailoverQuorum(cluster),
  ];
}

function checkUpdateStrategy(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'primaryUpdateStrategy'];
  const strategy = textOf(valueAt(cluster, path));
  if (strategy === '' || strategy === 'unsupervised') return [];
  if (strategy !== 'supervised') {
    return [invalid(path, strategy, "primaryUpdateStrategy should be empty, 'supervised' or 'unsupervised'")];
  }
  if (instancesOf(cluster) !== 1) return [];
  return [invalid(path, strategy, 'supervised update strategy is not allowed for clusters with a single instance')];
}

function checkLegacySynchronous(cluster: ClusterValue): readonly FieldError[] {
  const [least, most] = [
    numberAt(cluster, ['spec', 'minSyncReplicas']),
    numberAt(cluster, ['spec', 'maxSyncReplicas']),
  ];
  const refuse = (key: string, value: number, message: string): FieldError => invalid(['spec', key], value, message);
  return [
    ...(least < 0 ? [refuse('minSyncReplicas', least, 'minSyncReplicas must be a non negative integer')] : []),
    ...(least > most
      ? [refuse('minSyncReplicas', least, 'minSyncReplicas cannot be greater than maxSyncReplicas')]
      : []),
    ...(most < 0 ? [refuse('maxSyncReplicas', most, 'maxSyncReplicas must be a non negative integer')] : []),
    ...(most >= instancesOf(cluster)
      ? [refuse('maxSyncReplicas', most, 'maxSyncReplicas must be lower than the number of instances')]
      : []),
  ];
}

const synchronous = ['spec', 'postgresql', 'synchronous'];

function checkSynchronous(cluster: ClusterValue): readonly FieldError[] {
  if (!isGiven(cluster, synchronous)) return [];
  const value = mapOf(valueAt(cluster, synchronous));
  const number = numberAt(value, ['number']);
  if (number < instancesOf(cluster) + countNames(value)) return [];
  return [
    invalid(
      synchronous,
      value,
      'Invalid synchronous configuration: the number of synchronous replicas must be less than the total number of instances and the provided standby names.',
    ),
  ];
}

function checkFailoverQuorum(cluster: ClusterValue): readonly FieldError[] {
  const value = mapOf(valueAt(cluster, synchronous));
  // The annotation of earlier releases becomes the field before anything is looked at.
  const annotation = textOf(valueAt(cluster, ['metadata', 'annotations', 'alpha.cnpg.io/failoverQuorum']));
  const isSaid = /^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(annotation);
  const isActive = isSaid
    ? /^[1tT]/.test(annotation) && isGiven(cluster, synchronous)
    : value['failoverQuorum'] === true;
  if (!isActive || numberAt(value, ['number']) > countNames(value)) return [];
  return [
    invalid(
      synchronous,
      value,
      'Invalid failoverQuorum configuration: spec.postgresql.synchronous.number must be greater than the total number of instances in spec.postgresql.synchronous.standbyNamesPre and spec.postgresql.synchronous.standbyNamesPost to allow automatic failover.',
    ),
  ];
}

function countNames(value: unknown): number {
  return ['standbyNamesPre', 'standbyNamesPost'].reduce((sum, key) => sum + listOf(valueAt(value, [key])).length, 0);
}
