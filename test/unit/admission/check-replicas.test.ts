import { expect, test } from 'vitest';
import { checkPrimaryLease } from '../../../src/admission/check-primary-lease.ts';
import { checkReplicas } from '../../../src/admission/check-replicas.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refusals(spec: Readonly<Record<string, unknown>>, annotations: unknown = {}): readonly string[] {
  return checkReplicas({ metadata: { annotations }, spec }).map(renderFieldError);
}

const tooMany =
  'Invalid synchronous configuration: the number of synchronous replicas must be less than the total number of instances and the provided standby names.';
const quorum =
  'Invalid failoverQuorum configuration: spec.postgresql.synchronous.number must be greater than the total number of instances in spec.postgresql.synchronous.standbyNamesPre and spec.postgresql.synchronous.standbyNamesPost to allow automatic failover.';

test.each([
  [{}, []],
  [{ instances: 3, primaryUpdateStrategy: 'supervised', minSyncReplicas: 1, maxSyncReplicas: 2 }, []],
  [
    { primaryUpdateStrategy: 'never' },
    [
      `spec.primaryUpdateStrategy: Invalid value: "never": primaryUpdateStrategy should be empty, 'supervised' or 'unsupervised'`,
    ],
  ],
  [
    { primaryUpdateStrategy: 'supervised' },
    [
      'spec.primaryUpdateStrategy: Invalid value: "supervised": supervised update strategy is not allowed for clusters with a single instance',
    ],
  ],
  [
    { instances: 3, minSyncReplicas: -1 },
    ['spec.minSyncReplicas: Invalid value: -1: minSyncReplicas must be a non negative integer'],
  ],
  [
    { instances: 3, minSyncReplicas: 2, maxSyncReplicas: 1 },
    ['spec.minSyncReplicas: Invalid value: 2: minSyncReplicas cannot be greater than maxSyncReplicas'],
  ],
  [
    { instances: 3, maxSyncReplicas: 3 },
    ['spec.maxSyncReplicas: Invalid value: 3: maxSyncReplicas must be lower than the number of instances'],
  ],
  [{ instances: 3, postgresql: { synchronous: { number: 2 } } }, []],
  [
    { instances: 1, postgresql: { synchronous: { number: 2, standbyNamesPre: ['a'] } } },
    [`spec.postgresql.synchronous: Invalid value: {"number":2,"standbyNamesPre":["a"]}: ${tooMany}`],
  ],
  [
    { instances: 3, postgresql: { synchronous: { number: 1, standbyNamesPost: ['a'], failoverQuorum: true } } },
    [
      `spec.postgresql.synchronous: Invalid value: {"number":1,"standbyNamesPost":["a"],"failoverQuorum":true}: ${quorum}`,
    ],
  ],
])('%j', (spec, expected) => {
  expect(refusals(spec)).toEqual(expected);
});

test('the annotation of earlier releases asks for a quorum, too', () => {
  const spec = { instances: 3, postgresql: { synchronous: { number: 1, standbyNamesPre: ['a'] } } };
  expect(refusals(spec, { 'alpha.cnpg.io/failoverQuorum': 'true' })).toEqual([expect.stringContaining(quorum)]);
  expect(refusals(spec)).toEqual([]);
});

test.each([
  [undefined, []],
  [{}, []],
  [
    { leaseDurationSeconds: 10 },
    [
      'spec.primaryLease.leaseDurationSeconds: Invalid value: 10: leaseDurationSeconds must be greater than renewDeadlineSeconds',
    ],
  ],
  [
    { retryPeriodSeconds: 9 },
    [
      'spec.primaryLease.renewDeadlineSeconds: Invalid value: 10: renewDeadlineSeconds must be greater than retryPeriodSeconds multiplied by 1.2',
    ],
  ],
])('primaryLease: %j', (primaryLease, expected) => {
  expect(checkPrimaryLease({ spec: { primaryLease } }).map(renderFieldError)).toEqual(expected);
});
