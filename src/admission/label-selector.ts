import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, textOf } from '../documents/plain-value.ts';
import { type FieldError, forbidden, invalid, required } from './field-error.ts';
import { refuseLabelKey, refuseLabelValue } from './label-syntax.ts';

/** A label selector: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/ */
export function checkLabelSelector(selector: unknown, path: readonly Step[]): readonly FieldError[] {
  const { matchLabels, matchExpressions } = mapOf(selector);
  const labels = Object.entries(mapOf(matchLabels)).flatMap(([key, value]) => [
    ...refuseLabelKey(key).map((why) => invalid([...path, 'matchLabels'], key, why)),
    ...refuseLabelValue(textOf(value)).map((why) => invalid([...path, 'matchLabels'], value, why)),
  ]);
  return [
    ...labels,
    ...listOf(matchExpressions).flatMap((item, index) =>
      checkRequirement(mapOf(item), [...path, 'matchExpressions', index]),
    ),
  ];
}

function checkRequirement(
  requirement: Readonly<Record<string, unknown>>,
  path: readonly Step[],
): readonly FieldError[] {
  const { key, operator, values } = requirement;
  const count = listOf(values).length;
  const sentences: readonly FieldError[] =
    operator === 'In' || operator === 'NotIn'
      ? count === 0
        ? [required([...path, 'values'], "must be specified when `operator` is 'In' or 'NotIn'")]
        : []
      : operator === 'Exists' || operator === 'DoesNotExist'
        ? count > 0
          ? [forbidden([...path, 'values'], "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
          : []
        : [invalid([...path, 'operator'], operator ?? '', 'not a valid selector operator')];
  const wrongValues = listOf(values).flatMap((value, index) =>
    refuseLabelValue(textOf(value)).map((why) => invalid([...path, 'values', index], value, why)),
  );
  return [
    ...sentences,
    ...wrongValues,
    ...refuseLabelKey(textOf(key)).map((why) => invalid([...path, 'key'], key ?? '', why)),
  ];
}
