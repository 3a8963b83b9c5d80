import { mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid, required } from './field-error.ts';
import { isGiven } from './given.ts';
import { refuseJsonPatch } from './refuse-json-patch.ts';
import { refuseLivenessPinger } from './refuse-liveness-pinger.ts';

/** Annotations that mean something: https://cloudnative-pg.io/documentation/current/labels_annotations/ */
export function checkAnnotations(cluster: ClusterValue): readonly FieldError[] {
  const annotations = mapOf(valueAt(cluster, ['metadata', 'annotations']));
  const check = (name: string, rule: (value: string) => readonly FieldError[]): readonly FieldError[] =>
    typeof annotations[name] === 'string' ? rule(textOf(annotations[name])) : [];
  return [
    ...check(quorum, (value) => checkQuorum(cluster, value)),
    ...check('cnpg.io/hibernation', checkHibernation),
    ...check('cnpg.io/podPatch', checkPodPatch),
    ...check('alpha.cnpg.io/livenessPinger', checkPinger),
  ];
}

const quorum = 'alpha.cnpg.io/failoverQuorum';

function refuse(annotation: string, value: string, message: string): readonly FieldError[] {
  return [invalid(['metadata', 'annotations', annotation], value, message)];
}

function checkQuorum(cluster: ClusterValue, value: string): readonly FieldError[] {
  if (!/^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(value)) {
    return refuse(quorum, value, 'Invalid failoverQuorum annotation value, expected boolean.');
  }
  const path = ['spec', 'postgresql', 'synchronous'];
  if (/^[0fF]/.test(value) || isGiven(cluster, path)) return [];
  return [required(path, 'Invalid failoverQuorum configuration: synchronous replication configuration is required.')];
}

function checkHibernation(value: string): readonly FieldError[] {
  if (value === 'on' || value === 'off') return [];
  return refuse('cnpg.io/hibernation', value, 'Annotation value for hibernation should be "on" or "off"');
}

// Whether it fits a pod cannot be seen without one.
function checkPodPatch(value: string): readonly FieldError[] {
  const why = refuseJsonPatch(value);
  return why === undefined ? [] : refuse('cnpg.io/podPatch', value, `error decoding JSON patch: ${why}`);
}

function checkPinger(value: string): readonly FieldError[] {
  const why = refuseLivenessPinger(value);
  if (why === undefined) return [];
  return refuse('alpha.cnpg.io/livenessPinger', value, `error decoding liveness pinger config: ${why}`);
}
