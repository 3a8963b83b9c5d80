import { textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';

/** The name of a Cluster, which those of its services begin with. One that is missing is asked for elsewhere. */
export function checkName(cluster: ClusterValue): readonly FieldError[] {
  const path = ['metadata', 'name'];
  const name = textOf(valueAt(cluster, path));
  if (name === '') return [];
  // https://datatracker.ietf.org/doc/html/rfc1035#section-2.3.1
  const isLabel = name.length <= 63 && /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(name);
  const isLong = new TextEncoder().encode(name).length > 50;
  return [
    ...(isLabel ? [] : [invalid(path, name, 'cluster name must be a valid DNS label')]),
    ...(isLong ? [invalid(path, name, 'the maximum length of a cluster name is 50 characters')] : []),
  ];
}
