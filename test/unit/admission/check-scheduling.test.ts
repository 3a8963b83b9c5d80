import { expect, test } from 'vitest';
import { checkScheduling } from '../../../src/admission/check-scheduling.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refusals(spec: Readonly<Record<string, unknown>>): readonly string[] {
  return checkScheduling({ spec }).map(renderFieldError);
}

const at = 'spec.affinity.toleration[0]';

test.each([
  [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }, []],
  [{ operator: 'Exists' }, []],
  [{ key: 'a/b/c', value: 'x' }, [expect.stringContaining(`${at}.key: Invalid value: "a/b/c": `)]],
  [
    { value: 'x' },
    [
      `${at}.operator: Invalid value: "": operator must be Exists when \`key\` is empty, which means "match all values and all keys"`,
    ],
  ],
  [
    { key: 'a', tolerationSeconds: 5, effect: 'NoSchedule' },
    [`${at}.effect: Invalid value: "NoSchedule": effect must be 'NoExecute' when \`tolerationSeconds\` is set`],
  ],
  [{ key: 'a', value: '-' }, [expect.stringContaining(`${at}.operator: Invalid value: "-": a valid label must be`)]],
  [
    { key: 'a', operator: 'Exists', value: 'x' },
    [
      `${at}.operator: Invalid value: {"key":"a","operator":"Exists","value":"x"}: value must be empty when \`operator\` is 'Exists'`,
    ],
  ],
  [{ key: 'a', operator: 'Is' }, [`${at}.operator: Unsupported value: "Is": supported values: "Equal", "Exists"`]],
  [
    { key: 'a', effect: 'None' },
    [`${at}.effect: Unsupported value: "None": supported values: "NoExecute", "NoSchedule", "PreferNoSchedule"`],
  ],
])('toleration %j', (toleration, expected) => {
  expect(refusals({ affinity: { tolerations: [toleration] } })).toEqual(expected);
});

test('anti-affinity and pull policy are one of their words', () => {
  expect(refusals({ affinity: { podAntiAffinityType: 'required' }, imagePullPolicy: 'Always' })).toEqual([]);
  expect(refusals({ affinity: { podAntiAffinityType: 'never' }, imagePullPolicy: 'Sometimes' })).toEqual([
    "spec.imagePullPolicy: Invalid value: \"Sometimes\": invalid imagePullPolicy, if defined must be one of 'Always', 'Never' or 'IfNotPresent'",
    "spec.affinity.podAntiAffinityType: Invalid value: \"never\": pod anti-affinity type must be 'preferred' (default if empty) or 'required'",
  ]);
});

test('the place in the document is where the document has it', () => {
  const [error] = checkScheduling({ spec: { affinity: { tolerations: [{ value: 'x' }] } } });
  expect(error?.at).toEqual(['spec', 'affinity', 'tolerations', 0, 'operator']);
});
