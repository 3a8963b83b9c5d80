import { expect, test } from 'vitest';
import { refuseLivenessPinger } from '../../../src/admission/refuse-liveness-pinger.ts';

test.each(['{"connectionTimeout": 1000, "requestTimeout": 5000, "enabled": true}', '{"enabled": false, "other": []}'])(
  '%s configures it',
  (text) => {
    expect(refuseLivenessPinger(text)).toBeUndefined();
  },
);

test.each(['{"requestTimeout": 5000}', '{"enabled": null}', 'null'])('%s does not say whether it is on', (text) => {
  expect(refuseLivenessPinger(text)).toBe('pinger config is missing the enabled field');
});

test.each([
  ['on', 'it is no JSON'],
  ['true', 'json: cannot unmarshal bool into Go value of type v1.IsolationCheckConfiguration'],
  ['{"enabled": "yes"}', refused('string', 'enabled', 'bool')],
  ['{"enabled": true, "requestTimeout": 1.5}', refused('number 1.5', 'requestTimeout', 'int')],
  ['{"connectionTimeout": {}}', refused('object', 'connectionTimeout', 'int')],
])('%s is refused', (text, sentence) => {
  expect(refuseLivenessPinger(text)).toBe(`while unmarshalling pinger config: ${sentence}`);
});

function refused(found: string, field: string, type: string): string {
  return `json: cannot unmarshal ${found} into Go struct field IsolationCheckConfiguration.${field} of type ${type}`;
}
