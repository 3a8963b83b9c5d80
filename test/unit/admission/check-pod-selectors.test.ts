import { expect, test } from 'vitest';
import { checkPodSelectors } from '../../../src/admission/check-pod-selectors.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refusals(references: unknown, rules: readonly string[] = []): readonly string[] {
  return checkPodSelectors({ spec: { podSelectorRefs: references, postgresql: { pg_hba: rules } } }).map(
    renderFieldError,
  );
}

const apps = { name: 'apps', selector: { matchLabels: { app: 'web' } } };

test.each([
  ['host all all 10.0.0.0/8 md5', undefined],
  ['host all all ${podselector:apps} md5', undefined],
  ['host all all ${podselector:other} md5', 'pod selector not found: other'],
  ['host all all ${node:apps} md5', 'unknown descriptor type: node'],
  ['host all all ${a} ${podselector:apps} md5', 'unknown descriptor type: a} ${podselector'],
  ['${podselector:apps} ${podselector:apps}', 'at most one podselector reference is allowed per line'],
  ['${:x} ${podselector:} ${', undefined],
])('%s', (rule, why) => {
  expect(refusals([apps], [rule])).toEqual(
    why === undefined ? [] : [`spec.postgresql.pg_hba[0]: Invalid value: ${JSON.stringify(rule)}: ${why}`],
  );
});

test('names are there once, and selectors obey the rules of Kubernetes', () => {
  const wrong = {
    name: 'apps',
    selector: {
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: 'a', operator: 'Exists', values: ['x'] },
        { key: 'a', operator: 'Is' },
        { key: 'a', operator: 'In', values: ['-'] },
      ],
    },
  };
  expect(refusals([apps, wrong])).toEqual([
    'spec.podSelectorRefs[1].name: Duplicate value: "apps"',
    "spec.podSelectorRefs[1].selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.podSelectorRefs[1].selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.podSelectorRefs[1].selector.matchExpressions[2].operator: Invalid value: "Is": not a valid selector operator',
    expect.stringContaining(
      'spec.podSelectorRefs[1].selector.matchExpressions[3].values[0]: Invalid value: "-": a valid label must be',
    ),
  ]);
});
