import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { checkRecovery } from './check-recovery.ts';
import type { ClusterValue } from './cluster-check.ts';
import { findExternalCluster } from './external-cluster.ts';
import { type FieldError, forbidden, invalid } from './field-error.ts';
import { setSection } from './set-section.ts';

/** How a Cluster comes into being: https://cloudnative-pg.io/documentation/current/bootstrap/ */
export function checkBootstrap(cluster: ClusterValue): readonly FieldError[] {
  return [
    ...checkInitdb(cluster),
    ...checkApplicationDatabase(cluster, 'recovery'),
    ...checkApplicationDatabase(cluster, 'pg_basebackup'),
    ...checkMethods(cluster),
    ...checkSource(cluster),
    ...checkRecovery(cluster),
  ];
}

// In the order in which one keeps the others from getting defaults.
const methods = ['recovery', 'pg_basebackup', 'initdb'] as const;

type Method = (typeof methods)[number];

function pathOf(method: Method): readonly Step[] {
  return ['spec', 'bootstrap', method];
}

function checkInitdb(cluster: ClusterValue): readonly FieldError[] {
  const path = pathOf('initdb');
  const initdb = setSection(cluster, path);
  if (initdb === undefined) return [];
  const size = initdb['walSegmentSize'];
  const refs = mapOf(initdb['postInitApplicationSQLRefs']);
  return [
    ...checkApplicationDatabase(cluster, 'initdb'),
    ...(typeof size === 'number' && Number.isSafeInteger(size) && size !== 0 && !isPowerOfTwo(size)
      ? [invalid([...path, 'walSegmentSize'], size, 'WAL segment size must be a power of 2')]
      : []),
    ...['secretRefs', 'configMapRefs'].flatMap((list) =>
      checkReferences(refs[list], [...path, 'postInitApplicationSQLRefs', list]),
    ),
  ];
}

function isPowerOfTwo(size: number): boolean {
  return size > 0 && 2 ** Math.round(Math.log2(size)) === size;
}

function checkReferences(list: unknown, path: readonly Step[]): readonly FieldError[] {
  return listOf(list).flatMap((item, index) => {
    const [name, key] = [textOf(mapOf(item)['name']), textOf(mapOf(item)['key'])];
    if (name !== '' && key !== '') return [];
    return [{ ...invalid(path, { name, key }, 'key and name must be specified'), at: [...path, index] }];
  });
}

function checkApplicationDatabase(cluster: ClusterValue, method: Method): readonly FieldError[] {
  const path = pathOf(method);
  const { database, owner } = applicationDatabase(cluster, method);
  if (database !== '' && owner === '') {
    return [invalid([...path, 'owner'], '', 'You need to specify the database owner user')];
  }
  if (database === '' && owner !== '') {
    return [invalid([...path, 'database'], '', 'You need to specify the database name')];
  }
  return [];
}

interface ApplicationDatabase {
  readonly database: string;
  readonly owner: string;
}

/** With what the webhook fills in, which it does for one method only. */
function applicationDatabase(cluster: ClusterValue, method: Method): ApplicationDatabase {
  const section = setSection(cluster, pathOf(method));
  if (section === undefined) return { database: '', owner: '' };
  const [database, owner] = [textOf(section['database']), textOf(section['owner'])];
  const first = methods.find((one) => setSection(cluster, pathOf(one)) !== undefined);
  if (first !== method) return { database, owner };
  const isMonolith = method === 'initdb' && valueAt(section, ['import', 'type']) === 'monolith';
  const filled = database === '' && !isMonolith ? 'app' : database;
  return { database: filled, owner: owner === '' ? filled : owner };
}

function checkMethods(cluster: ClusterValue): readonly FieldError[] {
  const used = methods.filter((method) => setSection(cluster, pathOf(method)) !== undefined);
  if (used.length < 2) return [];
  return [forbidden(['spec', 'bootstrap'], 'Only one bootstrap method can be specified at a time')];
}

function checkSource(cluster: ClusterValue): readonly FieldError[] {
  const path = pathOf('pg_basebackup');
  const section = setSection(cluster, path);
  if (section === undefined) return [];
  const source = textOf(section['source']);
  if (findExternalCluster(cluster, source) !== undefined) return [];
  return [invalid([...path, 'source'], source, `External cluster ${source} not found`)];
}
