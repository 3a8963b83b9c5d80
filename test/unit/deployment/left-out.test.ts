import { expect, test } from 'vitest';
import { leftOut } from '../../../src/deployment/left-out.ts';
import { clusterOf } from '../../support/a-manifest.ts';

function pathsLeftOut(spec: Readonly<Record<string, unknown>>): readonly string[] {
  return leftOut(clusterOf(spec)).map(({ path }) => path.join('.'));
}

test('what is left out is said, at its place', () => {
  const spec = {
    instances: 3,
    bootstrap: { recovery: { source: 'a' } },
    tablespaces: [{ name: 'a' }],
    priorityClassName: 'high',
    env: [
      { name: 'A', valueFrom: { fieldRef: {} } },
      { name: 'POSTGRES_USER', value: 'bob' },
    ],
  };
  expect(pathsLeftOut(spec)).toEqual([
    ...['spec.instances', 'spec.tablespaces', 'spec.priorityClassName', 'spec.bootstrap.recovery'],
    ...['spec.env.0', 'spec.env.1'],
  ]);
});

test.each([
  [
    { bootstrap: { initdb: { database: 'app', secret: { name: 'a' }, postInitSQL: ['SELECT 1'] } } },
    ['secret', 'postInitSQL'],
  ],
  [
    { postgresql: { parameters: { a: 'b' }, synchronous: { number: 1 }, enableAlterSystem: true } },
    ['synchronous', 'enableAlterSystem'],
  ],
  [{ ephemeralVolumesSizeLimit: { shm: '1Gi', temporaryData: '1Gi' } }, ['temporaryData']],
  [{ managed: { services: { disabledDefaultServices: ['r'] } } }, ['services']],
])('of the parts of %j, each is', (spec, expected) => {
  expect(pathsLeftOut(spec).map((path) => path.split('.').at(-1))).toEqual(expected);
});

test('what the API server and the webhook have written is no news, nor is what only the operator can do', () => {
  const written = {
    instances: 1,
    affinity: { podAntiAffinityType: 'preferred' },
    bootstrap: { initdb: { database: 'app', owner: 'app', encoding: 'UTF8', localeCType: 'C', localeCollate: 'C' } },
    enablePDB: true,
    enableSuperuserAccess: false,
    failoverDelay: 0,
    logLevel: 'info',
    maxSyncReplicas: 0,
    minSyncReplicas: 0,
    monitoring: {
      customQueriesConfigMap: [{ key: 'queries', name: 'cnpg-default-monitoring' }],
      disableDefaultQueries: false,
      enablePodMonitor: false,
    },
    postgresGID: 26,
    postgresUID: 26,
    postgresql: { parameters: {}, syncReplicaElectionConstraint: { enabled: false } },
    primaryUpdateMethod: 'restart',
    primaryUpdateStrategy: 'unsupervised',
    replicationSlots: { highAvailability: { enabled: true }, updateInterval: 30 },
    resources: {},
    smartShutdownTimeout: 180,
    startDelay: 3600,
    stopDelay: 1800,
    storage: { resizeInUseVolumes: true, size: '1Gi' },
    switchoverDelay: 3600,
  };
  expect(pathsLeftOut(written)).toEqual([]);
});
