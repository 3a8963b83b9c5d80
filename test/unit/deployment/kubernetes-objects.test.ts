import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { DeployedInstance } from '../../../src/deployment/deployed-instance.ts';
import { renderPod } from '../../../src/deployment/pod-objects.ts';
import { renderStatefulSet } from '../../../src/deployment/stateful-set-objects.ts';
import { findComplaints } from '../../integration/manifests/find-complaints.ts';
import { type Manifest, only } from '../../integration/manifests/read-manifests.ts';

const bare: DeployedInstance = {
  name: 'db',
  namespace: undefined,
  image: { reference: 'example.org/postgresql:18', pullPolicy: undefined },
  managerImage: 'example.org/manager:1',
  imagePullSecrets: [],
  user: { uid: 26, gid: 26 },
  extensions: [],
  configuration: { 'instance.yaml': 'x: "${image_root} $$"\n', 'b.yaml': '{}\n' },
  claim: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
  sharedMemory: undefined,
  resources: undefined,
  env: [],
  initdbArguments: '',
};

const full: DeployedInstance = {
  ...bare,
  namespace: 'there',
  image: { reference: 'example.org/postgresql:18', pullPolicy: 'Always' },
  imagePullSecrets: ['one', 'two'],
  extensions: [
    { name: 'pg_ivm_x', image: { reference: 'example.org/pg_ivm:1', pullPolicy: 'Never' } },
    { name: 'a-b', image: { reference: 'example.org/a:1', pullPolicy: undefined } },
  ],
  claim: { accessModes: ['ReadWriteOncePod'], storageClassName: 'fast', resources: { requests: { storage: '1Gi' } } },
  sharedMemory: '1Gi',
  resources: { requests: { cpu: '1' } },
  env: [{ name: 'A', value: '' }],
  initdbArguments: '--encoding=UTF8',
};

const kinds = [
  ['a Pod', renderPod, ['ConfigMap', 'Secret', 'PersistentVolumeClaim', 'Service', 'Pod']],
  ['a StatefulSet', renderStatefulSet, ['ConfigMap', 'Secret', 'Service', 'StatefulSet']],
] as const;

describe.each(kinds)('%s', (_, render, expectedKinds) => {
  /** The objects as somebody reads them who was given the YAML. */
  const written = (more: Partial<DeployedInstance> = {}): readonly Manifest[] =>
    parse(stringify(render({ ...bare, ...more }), { aliasDuplicateObjects: false }));
  const podOf = (manifests: readonly Manifest[]): IPodSpec => {
    const spec = manifests.some(({ kind }) => kind === 'Pod')
      ? only('Pod', manifests).spec
      : only('StatefulSet', manifests).spec?.template.spec;
    return spec ?? expect.unreachable('there is no pod');
  };
  const claimOf = (manifests: readonly Manifest[]) =>
    manifests.some(({ kind }) => kind === 'Pod')
      ? only('PersistentVolumeClaim', manifests).spec
      : only('StatefulSet', manifests).spec?.volumeClaimTemplates?.[0]?.spec;

  test.each([
    ['nothing that may be left out', bare],
    ['everything', full],
  ])('of an instance with %s is what the schema of Kubernetes says', (_with, instance) => {
    const manifests = written(instance);
    expect(manifests.map(({ kind }) => kind)).toEqual(expectedKinds);
    expect(manifests.flatMap(findComplaints)).toEqual([]);
    expect(stringify(render(instance))).toBe(stringify(render(structuredClone(instance))));
  });

  test('has its names and labels from the instance, and a namespace only if that has one', () => {
    const expected = new Map([
      ['ConfigMap', 'db-configuration'],
      ['Secret', 'db-password'],
      ['PersistentVolumeClaim', 'db-data'],
    ]);
    for (const [instance, namespace] of [[bare, {}] as const, [full, { namespace: 'there' }] as const]) {
      for (const { kind, metadata } of written(instance)) {
        const name = expected.get(kind) ?? 'db';
        expect(metadata).toEqual({ name, ...namespace, labels: { 'app.kubernetes.io/name': 'db' } });
      }
    }
  });

  test('is found by its Service, whose variables it does not get', () => {
    const { spec } = only('Service', written());
    expect(spec?.selector).toEqual({ 'app.kubernetes.io/name': 'db' });
    expect(spec?.ports).toEqual([{ name: 'postgres', port: 5432, targetPort: 'postgres' }]);
    expect(podOf(written()).enableServiceLinks).toBe(false);
  });

  test('has the configuration and the password from objects beside it', () => {
    const manifests = written();
    expect(only('ConfigMap', manifests).data).toEqual(bare.configuration);
    expect(only('Secret', manifests).stringData).toEqual({ password: 'change-me' });
    const { volumes = [], containers } = podOf(manifests);
    expect(volumes).toContainEqual({ name: 'configuration', configMap: { name: 'db-configuration' } });
    expect(volumes).toContainEqual({ name: 'password', secret: { secretName: 'db-password' } });
    expect(containers[0]?.volumeMounts).toEqual(
      expect.arrayContaining([
        { name: 'configuration', mountPath: '/etc/pg-instance-manager', readOnly: true },
        { name: 'password', mountPath: '/run/secrets/postgres', readOnly: true },
      ]),
    );
  });

  test('runs the manager from its own image, without an init container', () => {
    const pod = podOf(written());
    expect(pod.initContainers).toBeUndefined();
    expect(pod.containers[0]?.image).toBe('example.org/postgresql:18');
    expect(pod.containers[0]?.command).toEqual(['/manager/opt/pg-instance-manager/bin/pg-instance-manager', 'run']);
    expect(pod.containers[0]?.volumeMounts?.at(-1)).toEqual({ name: 'manager', mountPath: '/manager', readOnly: true });
    expect(pod.volumes?.at(-1)).toEqual({ name: 'manager', image: { reference: 'example.org/manager:1' } });
  });

  test('has the images of extensions last, in the order of the Cluster, named and mounted as CloudNativePG does', () => {
    const { volumes = [], containers } = podOf(written(full));
    expect(volumes.slice(-2)).toEqual([
      { name: 'ext-pg-ivm-x', image: { reference: 'example.org/pg_ivm:1', pullPolicy: 'Never' } },
      { name: 'ext-a-b', image: { reference: 'example.org/a:1' } },
    ]);
    expect(containers[0]?.volumeMounts?.slice(-2)).toEqual([
      { name: 'ext-pg-ivm-x', mountPath: '/extensions/pg_ivm_x' },
      { name: 'ext-a-b', mountPath: '/extensions/a-b' },
    ]);
  });

  test('mounts every volume, and no two at one place', () => {
    const manifests = written(full);
    const { volumes = [], containers } = podOf(manifests);
    const mounts = containers[0]?.volumeMounts ?? [];
    const fromTemplate = manifests.some(({ kind }) => kind === 'StatefulSet') ? ['data'] : [];
    expect(mounts.map(({ name }) => name)).toEqual([...fromTemplate, ...volumes.map(({ name }) => name)]);
    expect(new Set(mounts.map(({ mountPath }) => mountPath)).size).toBe(mounts.length);
  });

  test('has only the rights that it needs', () => {
    const { securityContext, automountServiceAccountToken, containers } = podOf(written(full));
    expect(automountServiceAccountToken).toBe(false);
    expect(securityContext).toEqual({
      ...{ runAsNonRoot: true, runAsUser: 26, runAsGroup: 26, fsGroup: 26, fsGroupChangePolicy: 'OnRootMismatch' },
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containers[0]?.securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ['ALL'] },
    });
  });

  test('has the variables of the Cluster after its own, and those of initdb only if there are any', () => {
    const own = [
      { name: 'LANG', value: 'C.UTF-8' },
      { name: 'POSTGRES_PASSWORD_FILE', value: '/run/secrets/postgres/password' },
    ];
    expect(podOf(written()).containers[0]?.env).toEqual(own);
    expect(podOf(written(full)).containers[0]?.env).toEqual([
      ...own,
      { name: 'POSTGRES_INITDB_ARGS', value: '--encoding=UTF8' },
      { name: 'A', value: '' },
    ]);
  });

  test('has each variable once, with its last value: server-side apply refuses two', () => {
    const env = ['A', 'LANG', 'A'].map((name, index) => ({ name, value: `${index}` }));
    const found = podOf(written({ env })).containers[0]?.env?.map(({ name, value }) => [name, value]);
    expect(found).toEqual([
      ['LANG', '1'],
      ['POSTGRES_PASSWORD_FILE', '/run/secrets/postgres/password'],
      ['A', '2'],
    ]);
  });

  test.each([
    ['$', '$'],
    ['a$b', 'a$b'],
    ['$(LANG)', '$$(LANG)'],
    ['$$(LANG)', '$$$$(LANG)'],
    ['a$$', 'a$$$'],
  ])('gives initdb %s as Kubernetes makes it of %s, and a variable of the Cluster as it is', (value, expected) => {
    const env = podOf(written({ env: [{ name: 'A', value }], initdbArguments: value })).containers[0]?.env ?? [];
    expect(env.slice(-2).map((variable) => variable.value)).toEqual([expected, value]);
  });

  test('claims the storage of the instance', () => {
    expect(claimOf(written())).toEqual(bare.claim);
    expect(claimOf(written(full))).toEqual(full.claim);
  });

  test('has the shared memory of the Cluster, or as much as there is', () => {
    const shared = (instance: DeployedInstance) =>
      podOf(written(instance)).volumes?.find(({ name }) => name === 'shared-memory')?.emptyDir;
    expect(shared(bare)).toEqual({ medium: 'Memory' });
    expect(shared(full)).toEqual({ medium: 'Memory', sizeLimit: '1Gi' });
  });

  test('has the resources of the Cluster as they are', () => {
    expect(podOf(written()).containers[0]).not.toHaveProperty('resources');
    expect(podOf(written(full)).containers[0]?.resources).toEqual({ requests: { cpu: '1' } });
  });

  test('says how images are pulled only if the Cluster does', () => {
    const [least, most] = [podOf(written()), podOf(written(full))];
    expect(least).not.toHaveProperty('imagePullSecrets');
    expect(least.containers[0]).not.toHaveProperty('imagePullPolicy');
    expect(most.imagePullSecrets).toEqual([{ name: 'one' }, { name: 'two' }]);
    expect(most.containers[0]?.imagePullPolicy).toBe('Always');
  });
});

test('a StatefulSet has one pod, selects it by its label, and is behind a Service without an address', () => {
  const [, , service, set] = renderStatefulSet(bare);
  const labels = { 'app.kubernetes.io/name': 'db' };
  expect(service?.spec).toMatchObject({ clusterIP: 'None' });
  expect(set?.spec).toMatchObject({
    serviceName: 'db',
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels } },
  });
});

test('a Pod claims its volume by name, and its Service has an address', () => {
  const [, , claim, service, pod] = renderPod(bare);
  const volume = { name: 'data', persistentVolumeClaim: { claimName: claim?.metadata.name } };
  expect(pod?.spec).toMatchObject({ volumes: expect.arrayContaining([volume]) });
  expect(service?.spec).not.toHaveProperty('clusterIP');
});
