import { isDeepStrictEqual } from 'node:util';
import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, valueAt } from '../documents/plain-value.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { whyNotRendered } from './deployed-variables.ts';

export interface LeftOut {
  readonly path: readonly Step[];
  readonly message: string;
}

/** What of a Cluster is not rendered though it is there, but for what `run` says itself, and what tells the operator how to do its work. */
export function leftOut({ document }: Manifest): readonly LeftOut[] {
  const spec = mapOf(valueAt(document.value, ['spec']));
  const several = typeof spec['instances'] === 'number' && spec['instances'] > 1;
  return [
    ...(several ? [{ path: ['spec', 'instances'], message: 'one instance is rendered, there is no replication' }] : []),
    ...rendered.flatMap(({ path, keys }) => othersAt(document.value, path, keys)),
    ...listOf(spec['env']).flatMap((item, index) => {
      const message = whyNotRendered(item);
      return message === undefined ? [] : [{ path: ['spec', 'env', index], message }];
    }),
  ];
}

function othersAt(cluster: unknown, path: readonly Step[], keys: ReadonlySet<string>): readonly LeftOut[] {
  return Object.entries(mapOf(valueAt(cluster, path))).flatMap(([key, value]) => {
    const here = [...path, key];
    const name = here.join('.');
    if (keys.has(key) || isEmpty(value) || isDeepStrictEqual(structuredClone(value), defaults[name])) return [];
    return [{ path: here, message: reasons[name] ?? 'it is not rendered' }];
  });
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const rendered: readonly { readonly path: readonly Step[]; readonly keys: ReadonlySet<string> }[] = [
  {
    path: ['spec'],
    keys: new Set([
      ...['imageName', 'imageCatalogRef', 'imagePullPolicy', 'imagePullSecrets', 'postgresUID', 'postgresGID'],
      ...['storage', 'resources', 'ephemeralVolumesSizeLimit', 'env', 'instances'],
      ...['bootstrap', 'postgresql', 'managed', 'description'],
      // How the operator does its work.
      ...['enablePDB', 'failoverDelay', 'switchoverDelay', 'startDelay', 'stopDelay', 'smartShutdownTimeout'],
      ...['livenessProbeTimeout', 'logLevel', 'maxSyncReplicas', 'minSyncReplicas', 'nodeMaintenanceWindow'],
      ...['primaryUpdateMethod', 'primaryUpdateStrategy', 'replicationSlots'],
    ]),
  },
  { path: ['spec', 'ephemeralVolumesSizeLimit'], keys: new Set(['shm']) },
  { path: ['spec', 'bootstrap'], keys: new Set(['initdb']) },
  {
    path: ['spec', 'bootstrap', 'initdb'],
    keys: new Set([
      ...['database', 'owner', 'options', 'dataChecksums', 'walSegmentSize', 'encoding', 'locale', 'localeProvider'],
      ...['localeCollate', 'localeCType', 'icuLocale', 'icuRules', 'builtinLocale'],
    ]),
  },
  // `run` tells the rest: it leaves it out as well.
  {
    path: ['spec', 'postgresql'],
    keys: new Set(['extensions', 'shared_preload_libraries', 'parameters', 'pg_hba', 'pg_ident', 'ldap']),
  },
  { path: ['spec', 'managed'], keys: new Set(['roles']) },
];

/** What the API server and the webhook write into each Cluster. */
const defaults: Readonly<Record<string, unknown>> = {
  'spec.affinity': { podAntiAffinityType: 'preferred' },
  'spec.enableSuperuserAccess': false,
  'spec.monitoring': {
    customQueriesConfigMap: [{ key: 'queries', name: 'cnpg-default-monitoring' }],
    disableDefaultQueries: false,
    enablePodMonitor: false,
  },
  'spec.postgresql.syncReplicaElectionConstraint': { enabled: false },
};

const noSql = 'what is rendered runs no SQL of its own; what belongs into a database can be declared in a Database';

const reasons: Readonly<Record<string, string>> = {
  'spec.bootstrap.recovery': 'what is rendered begins empty, it recovers nothing',
  'spec.bootstrap.pg_basebackup': 'what is rendered begins empty, it copies nothing',
  'spec.bootstrap.initdb.import': 'what is rendered begins empty, it imports nothing',
  'spec.bootstrap.initdb.secret': 'the only password that is rendered is that of the superuser, change-me',
  'spec.bootstrap.initdb.postInitSQL': noSql,
  'spec.bootstrap.initdb.postInitApplicationSQL': noSql,
  'spec.bootstrap.initdb.postInitTemplateSQL': noSql,
  'spec.bootstrap.initdb.postInitSQLRefs': noSql,
  'spec.bootstrap.initdb.postInitApplicationSQLRefs': noSql,
  'spec.bootstrap.initdb.postInitTemplateSQLRefs': noSql,
  'spec.superuserSecret': 'the password of the superuser is change-me',
  'spec.replica': 'what is rendered follows no other cluster',
  'spec.walStorage': 'WAL is on the volume of the data',
  'spec.affinity': 'rules for scheduling are not rendered',
  'spec.topologySpreadConstraints': 'rules for scheduling are not rendered',
  'spec.envFrom': 'only variables with a plain value are rendered',
};
