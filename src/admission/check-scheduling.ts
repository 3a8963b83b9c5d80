import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid, notSupported } from './field-error.ts';
import { refuseLabelKey, refuseLabelValue } from './label-syntax.ts';

/** Where pods may run, and how their image is pulled: https://cloudnative-pg.io/documentation/current/scheduling/ */
export function checkScheduling(cluster: ClusterValue): readonly FieldError[] {
  const affinity = ['spec', 'affinity'];
  const type = textOf(valueAt(cluster, [...affinity, 'podAntiAffinityType']));
  return [
    ...checkPullPolicy(cluster),
    ...listOf(valueAt(cluster, [...affinity, 'tolerations'])).flatMap((item, index) =>
      // Upstream calls the field otherwise than the document does.
      checkToleration(mapOf(item), [...affinity, 'toleration', index]).map((error) => ({
        ...error,
        at: [...affinity, 'tolerations', index, ...error.path.slice(4)],
      })),
    ),
    ...(['', 'preferred', 'required'].includes(type)
      ? []
      : [
          invalid(
            [...affinity, 'podAntiAffinityType'],
            type,
            "pod anti-affinity type must be 'preferred' (default if empty) or 'required'",
          ),
        ]),
  ];
}

function checkPullPolicy(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'imagePullPolicy'];
  const policy = textOf(valueAt(cluster, path));
  if (['', 'Always', 'Never', 'IfNotPresent'].includes(policy)) return [];
  const message = "invalid imagePullPolicy, if defined must be one of 'Always', 'Never' or 'IfNotPresent'";
  return [invalid(path, policy, message)];
}

function checkToleration(toleration: Readonly<Record<string, unknown>>, path: readonly Step[]): readonly FieldError[] {
  const [key, operator, value, effect] = ['key', 'operator', 'value', 'effect'].map((name) => textOf(toleration[name]));
  const lasts = typeof toleration['tolerationSeconds'] === 'number';
  return [
    ...(key === undefined || key === '' ? [] : refuseLabelKey(key).map((why) => invalid([...path, 'key'], key, why))),
    ...(key === '' && operator !== 'Exists'
      ? [
          invalid(
            [...path, 'operator'],
            operator,
            'operator must be Exists when `key` is empty, which means "match all values and all keys"',
          ),
        ]
      : []),
    ...(lasts && effect !== 'NoExecute'
      ? [invalid([...path, 'effect'], effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
      : []),
    ...checkOperator(toleration, operator ?? '', value ?? '', [...path, 'operator']),
    ...(effect === undefined || effect === '' || effects.includes(effect)
      ? []
      : [notSupported([...path, 'effect'], effect, effects)]),
  ];
}

const effects: readonly string[] = ['NoExecute', 'NoSchedule', 'PreferNoSchedule'];

function checkOperator(
  toleration: unknown,
  operator: string,
  value: string,
  path: readonly Step[],
): readonly FieldError[] {
  switch (operator) {
    case '':
    case 'Equal': {
      const wrong = refuseLabelValue(value);
      return wrong.length > 0 ? [invalid(path, value, wrong.join(';'))] : [];
    }
    case 'Exists':
      return value === '' ? [] : [invalid(path, toleration, "value must be empty when `operator` is 'Exists'")];
    default:
      return [notSupported(path, operator, ['Equal', 'Exists'])];
  }
}
