import { expect, test } from 'vitest';
import { checkReplicaCluster } from '../../../src/admission/check-replica-cluster.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

const external = [{ name: 'a' }, { name: 'b' }];

function refusals(replica: unknown, more: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const spec = { replica, externalClusters: external, bootstrap: { recovery: {} }, ...more };
  return checkReplicaCluster({ metadata: { name: 'a' }, spec }).map(renderFieldError);
}

const start = 'spec.replicaCluster';

test.each([
  [undefined, []],
  [5, []],
  [{ source: 'b', enabled: true }, []],
  [{ source: 'b', primary: 'b', self: 'a' }, []],
  [
    { source: 'b', enabled: false, primary: 'b' },
    [`${start}.enabled: Forbidden: replica mode enabled is not compatible with the primary field`],
  ],
  [
    { source: 'x', self: 'y', primary: 'z' },
    [
      'primaryServerName: Invalid value: "x": External cluster x not found',
      'self: Invalid value: "y": External cluster y not found',
      'primary: Invalid value: "z": External cluster z not found',
    ].map((line) => `${start}.${line}`),
  ],
  [
    { source: 'b', enabled: true, promotionToken: 'x' },
    [`${start}.token: Invalid value: "x": promotionToken is only allowed for primary clusters`],
  ],
  [
    { source: 'b', enabled: false, promotionToken: 'x', minApplyDelay: '1h' },
    [`${start}.minApplyDelay: Invalid value: "x": minApplyDelay cannot be applied with a promotion token`],
  ],
  [
    { source: 'b', enabled: false, promotionToken: 'x' },
    [
      `${start}.token: Invalid value: "x": Invalid promotionToken format: invalid promotion token (Base64 decoding failed): illegal base64 data`,
    ],
  ],
])('replica: %j', (replica, expected) => {
  expect(refusals(replica)).toEqual(expected);
});

test('a new replica cluster begins with a copy of the other', () => {
  const sentence = `${start}: Invalid value: "b": replica mode bootstrap is compatible only with pg_basebackup or recovery`;
  expect(refusals({ source: 'b', primary: 'b' }, { bootstrap: { initdb: {} } })).toEqual([sentence]);
});
