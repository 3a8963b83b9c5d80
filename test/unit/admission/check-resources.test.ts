import { expect, test } from 'vitest';
import { checkResources } from '../../../src/admission/check-resources.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refusals(requests: unknown, limits: unknown, sharedBuffers?: string): readonly string[] {
  const parameters = sharedBuffers === undefined ? {} : { shared_buffers: sharedBuffers };
  return checkResources({ spec: { resources: { requests, limits }, postgresql: { parameters } } }).map(
    renderFieldError,
  );
}

const at = 'spec.resources';

test.each([
  [{}, {}, undefined, []],
  [{ cpu: { a: 'b' }, memory: [] }, { cpu: {}, memory: true }, undefined, []],
  [{ cpu: '500m', memory: '1Gi' }, { cpu: 1, memory: '1024Mi' }, '1GB', []],
  [
    { cpu: 2 },
    { cpu: '1' },
    undefined,
    [`${at}.requests.cpu: Invalid value: "2": CPU request is greater than the limit`],
  ],
  [
    { memory: '2Gi' },
    { memory: '1Gi' },
    undefined,
    [`${at}.requests.memory: Invalid value: "2Gi": Memory request is greater than the limit`],
  ],
  [
    { memory: '512Mi' },
    {},
    '1GB',
    [`${at}.requests: Invalid value: "512Mi": Memory request is lower than PostgreSQL \`shared_buffers\` value`],
  ],
  [{ memory: '512Mi' }, { 'hugepages-2Mi': '1Gi' }, '1GB', []],
  [
    { 'hugepages-2Mi': '1Gi', memory: 1 },
    { 'hugepages-2Mi': '2Gi' },
    undefined,
    [`${at}.requests.hugepages-2Mi: Invalid value: "1Gi": HugePages requests must equal the limits`],
  ],
  [{}, { 'hugepages-1Gi': '1Gi' }, undefined, [`${at}: Forbidden: HugePages require cpu or memory`]],
  [
    { 'ephemeral-storage': '2Gi' },
    { 'ephemeral-storage': '1Gi' },
    undefined,
    [`${at}.requests.storage: Invalid value: "2Gi": Ephemeral storage request is greater than the limit`],
  ],
  ['x', 5, undefined, []],
])('requests %j, limits %j, shared_buffers %s', (requests, limits, sharedBuffers, expected) => {
  expect(refusals(requests, limits, sharedBuffers)).toEqual(expected);
});
