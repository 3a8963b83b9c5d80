import { expect, test } from 'vitest';
import { checkBootstrap } from '../../../src/admission/check-bootstrap.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refused(bootstrap: unknown, spec: object = {}): readonly string[] {
  return checkBootstrap({ spec: { ...spec, bootstrap } }).map(renderFieldError);
}

const ref = { name: 'secret1', key: 'key' };

test.each([
  undefined,
  null,
  {},
  'x',
  { initdb: null },
  { initdb: {} },
  { initdb: { database: 'app' } },
  { initdb: { owner: 'me' } },
  { initdb: { import: { type: 'monolith' } } },
  { initdb: { walSegmentSize: 64, postInitApplicationSQLRefs: { secretRefs: [ref, ref], configMapRefs: [ref] } } },
  { recovery: { database: 'app' } },
  { recovery: { owner: 'me' } },
])('%j bootstraps a cluster, with what the webhook fills in', (bootstrap) => {
  expect(refused(bootstrap)).toEqual([]);
});

test.each([
  [{ initdb: 'x', recovery: [] }],
  [{ initdb: { database: 1, owner: [], walSegmentSize: '3', postInitApplicationSQLRefs: { secretRefs: 'x' } } }],
])('%j, whose shape is wrong, is left to the schema', (bootstrap) => {
  expect(refused(bootstrap)).toEqual([]);
});

test('a monolithic import has no database of its own, so it has no owner either', () => {
  expect(refused({ initdb: { owner: 'me', import: { type: 'monolith' } } })).toEqual([
    'spec.bootstrap.initdb.database: Invalid value: "": You need to specify the database name',
  ]);
});

test('the webhook fills in nothing for a second method', () => {
  const only = 'spec.bootstrap: Forbidden: Only one bootstrap method can be specified at a time';
  const owner = 'Invalid value: "": You need to specify the database owner user';
  const database = 'Invalid value: "": You need to specify the database name';
  const source = 'spec.bootstrap.pg_basebackup.source: Invalid value: "": External cluster  not found';
  expect(refused({ recovery: {}, initdb: { database: 'a' } })).toEqual([`spec.bootstrap.initdb.owner: ${owner}`, only]);
  expect(refused({ recovery: {}, initdb: { owner: 'a' } })).toEqual([
    `spec.bootstrap.initdb.database: ${database}`,
    only,
  ]);
  expect(refused({ recovery: {}, pg_basebackup: { database: 'a' } })).toEqual([
    ...[`spec.bootstrap.pg_basebackup.owner: ${owner}`, only, source],
  ]);
  expect(refused({ recovery: {}, pg_basebackup: { owner: 'a' } })).toEqual([
    ...[`spec.bootstrap.pg_basebackup.database: ${database}`, only, source],
  ]);
});

test.each([3, 12, -2, 1023])('a WAL segment of %i MB is refused', (walSegmentSize) => {
  expect(refused({ initdb: { walSegmentSize } })).toEqual([
    `spec.bootstrap.initdb.walSegmentSize: Invalid value: ${walSegmentSize}: WAL segment size must be a power of 2`,
  ]);
});

test.each(['secretRefs', 'configMapRefs'])('each of %s has a name and a key', (list) => {
  const errors = checkBootstrap({
    spec: { bootstrap: { initdb: { postInitApplicationSQLRefs: { [list]: [ref, { name: 'a' }, { key: 'k' }] } } } },
  });
  const path = `spec.bootstrap.initdb.postInitApplicationSQLRefs.${list}`;
  expect(errors.map(renderFieldError)).toEqual([
    `${path}: Invalid value: {"name":"a","key":""}: key and name must be specified`,
    `${path}: Invalid value: {"name":"","key":"k"}: key and name must be specified`,
  ]);
  expect(errors.map(({ at }) => at?.at(-1))).toEqual([1, 2]);
});

test('pg_basebackup copies an external cluster', () => {
  const bootstrap = { pg_basebackup: { source: 'test' } };
  expect(refused(bootstrap, { externalClusters: [{ name: 'test' }] })).toEqual([]);
  expect(refused(bootstrap, { externalClusters: 'test' })).toEqual([
    'spec.bootstrap.pg_basebackup.source: Invalid value: "test": External cluster test not found',
  ]);
});

test('what is recovered from is looked at, too', () => {
  expect(refused({ recovery: { source: 'test' } })).toHaveLength(2);
});
