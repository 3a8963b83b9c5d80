import { expect, test } from 'vitest';
import { checkAnnotations } from '../../../src/admission/check-annotations.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

test.each([
  ['cnpg.io/hibernation', 'on', undefined],
  ['cnpg.io/hibernation', 'yes', 'Invalid value: "yes": Annotation value for hibernation should be "on" or "off"'],
  ['cnpg.io/podPatch', '[]', undefined],
  [
    'cnpg.io/podPatch',
    '{}',
    'Invalid value: "{}": error decoding JSON patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch',
  ],
  ['alpha.cnpg.io/livenessPinger', '{"enabled": true}', undefined],
  [
    'alpha.cnpg.io/livenessPinger',
    '{}',
    'Invalid value: "{}": error decoding liveness pinger config: pinger config is missing the enabled field',
  ],
  ['alpha.cnpg.io/failoverQuorum', 'f', undefined],
  [
    'alpha.cnpg.io/failoverQuorum',
    'maybe',
    'Invalid value: "maybe": Invalid failoverQuorum annotation value, expected boolean.',
  ],
])('%s: %s', (name, value, sentence) => {
  const found = checkAnnotations({ metadata: { annotations: { [name]: value } } }).map(renderFieldError);
  expect(found).toEqual(sentence === undefined ? [] : [`metadata.annotations.${name}: ${sentence}`]);
});

test('a quorum needs synchronous replication', () => {
  const metadata = { annotations: { 'alpha.cnpg.io/failoverQuorum': 'true' } };
  const sentence =
    'spec.postgresql.synchronous: Required value: Invalid failoverQuorum configuration: synchronous replication configuration is required.';
  expect(checkAnnotations({ metadata }).map(renderFieldError)).toEqual([sentence]);
  expect(checkAnnotations({ metadata, spec: { postgresql: { synchronous: { number: 1 } } } })).toEqual([]);
});
