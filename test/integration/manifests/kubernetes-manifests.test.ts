import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/configuration/parse-configuration.ts';
import { statusApp } from '../../../src/http/status-app.ts';
import { aSnapshot, noonMs } from '../../support/a-snapshot.ts';
import { defaultsOfRun } from './defaults-of-run.ts';
import { type Manifest, manifestFiles, only, readManifests } from './read-manifests.ts';

const defaults = await defaultsOfRun();
const own = ['pod.yaml', 'statefulset.yaml'];
const stock = ['pod-stock-image.yaml', 'statefulset-stock-image.yaml'];
const servers = [...own, ...stock];

/** The Pod of a file, by itself or as the template of its StatefulSet. */
function podOf(manifests: readonly Manifest[]) {
  if (manifests.some(({ kind }) => kind === 'Pod')) return { ...only('Pod', manifests), claimTemplates: [] };
  const { spec } = only('StatefulSet', manifests);
  return {
    ...spec?.template,
    claimTemplates: (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name),
  };
}

test('there is no other file', () => {
  expect(manifestFiles()).toEqual([...servers, 'podmonitor.yaml'].sort());
});

describe.each(servers)('%s', (file) => {
  const manifests = readManifests(file);
  const { spec, metadata, claimTemplates } = podOf(manifests);
  const container = spec?.containers[0];
  const mounts = container?.volumeMounts ?? [];
  const volumes = spec?.volumes ?? [];
  const { data } = only('ConfigMap', manifests);
  const parsed = parseConfiguration(Object.entries(data ?? {}).map(([path, text]) => ({ path, text })));

  test('Kubernetes waits for longer than the manager takes to stop PostgreSQL', () => {
    expect(Number(spec?.terminationGracePeriodSeconds) * 1000).toBeGreaterThan(defaults.policy.shutdownBudgetMs);
  });

  test('runs the manager with the defaults of its flags', () => {
    expect(container?.args).toBeUndefined();
    expect(container?.command).toEqual(
      stock.includes(file) ? ['/controller/bin/pg-instance-manager', 'run'] : undefined,
    );
    expect((container?.env ?? []).filter(({ name }) => name.startsWith('PGIM_') || name === 'PGDATA')).toEqual([]);
  });

  test('the ports are those that are listened on', () => {
    expect(container?.ports).toEqual([
      { name: 'postgres', containerPort: 5432 },
      { name: 'status', containerPort: defaults.statusAddress?.port },
      { name: 'metrics', containerPort: defaults.metricsAddress?.port },
    ]);
  });

  test('each probe asks the endpoint that is made for it', () => {
    const app = statusApp(
      { snapshot: () => aSnapshot(), now: () => noonMs, wallOffsetMs: () => 0 },
      { contentType: 'text/plain', text: async () => '' },
      { tls: undefined, acceptsToken: undefined },
    );
    const asked = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe];
    expect(asked.map((probe) => probe?.httpGet)).toEqual(
      ['/startupz', '/healthz', '/readyz'].map((path) => ({ path, port: 'status' })),
    );
    for (const probe of asked) {
      expect(app.hasRoute({ method: 'GET', url: probe?.httpGet?.path ?? '' })).toBe(true);
      expect(Number(probe?.timeoutSeconds)).toBeGreaterThan(1);
    }
  });

  test('the configuration is accepted without a warning', () => {
    expect(parsed).toMatchObject({ kind: 'valid', warnings: [] });
  });

  test('the image of each extension of the configuration is mounted, read-only, and no other', () => {
    const named = parsed.kind === 'valid' ? parsed.configuration.extensions.map(({ name }) => name) : [];
    const isImage = (name: string): boolean =>
      volumes.some((volume) => volume.name === name && volume.image?.reference);
    expect(named).toEqual(['pgvector', 'postgis']);
    expect(mounts.filter(({ name }) => isImage(name)).map(({ mountPath, readOnly }) => [mountPath, readOnly])).toEqual(
      named.map((name) => [`${defaults.extensionsDirectory}/${name}`, true]),
    );
  });

  test('every volume is mounted, and every mount has a volume', () => {
    const used = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(
      (one) => one.volumeMounts ?? [],
    );
    expect(new Set(used.map(({ name }) => name))).toEqual(
      new Set([...claimTemplates, ...volumes.map(({ name }) => name)]),
    );
    expect(new Set(mounts.map(({ mountPath }) => mountPath)).size).toBe(mounts.length);
  });

  test('what the volumes name is in the same file', () => {
    const named = volumes.flatMap(({ configMap, secret, persistentVolumeClaim }) => [
      ...(configMap ? [`ConfigMap ${configMap.name}`] : []),
      ...(secret ? [`Secret ${secret.secretName}`] : []),
      ...(persistentVolumeClaim ? [`PersistentVolumeClaim ${persistentVolumeClaim.claimName}`] : []),
    ]);
    const there = manifests.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
    expect(there).toEqual(expect.arrayContaining(named));
    expect(named).toHaveLength(claimTemplates.length === 0 ? 3 : 2);
    // podman makes one volume of a ConfigMap and a Secret with the same name
    expect(new Set(named.map((name) => name.split(' ')[1])).size).toBe(named.length);
  });

  test('all that is written to has a volume of its own, and the configuration is where it is looked for', () => {
    const writable = mounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath);
    expect(writable).toEqual(['/var/lib/postgresql', defaults.runDirectory, '/tmp', '/dev/shm']);
    expect(defaults.dataDirectory).toMatch(/^\/var\/lib\/postgresql\//);
    expect(mounts.find(({ name }) => name === 'configuration')).toMatchObject({
      mountPath: defaults.configuration.path,
      readOnly: true,
    });
  });

  test('the password comes from the Secret', () => {
    const { stringData } = only('Secret', manifests);
    const folder = mounts.find(({ name }) => name === 'password')?.mountPath;
    const [key] = Object.keys(stringData ?? {});
    expect(container?.env).toContainEqual({ name: 'POSTGRES_PASSWORD_FILE', value: `${folder}/${key}` });
  });

  test('nothing in it has more rights than it needs', () => {
    expect(spec?.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 26,
      fsGroup: 26,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(spec?.automountServiceAccountToken).toBe(false);
    for (const one of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
      expect(one.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('the Service, the StatefulSet and the PodMonitor find the Pod and its ports', () => {
    const service = only('Service', manifests).spec;
    const monitor = only('PodMonitor', readManifests('podmonitor.yaml')).spec;
    const { labels } = metadata ?? {};
    expect(labels).toMatchObject(service?.selector ?? { no: 'selector' });
    expect(labels).toMatchObject(monitor.selector.matchLabels ?? { no: 'selector' });
    const ports = container?.ports?.map(({ name }) => name);
    expect(ports).toEqual(expect.arrayContaining([...(service?.ports ?? [])].map(({ targetPort }) => targetPort)));
    expect(monitor.podMetricsEndpoints?.map(({ port, path }) => [port, path])).toEqual([['metrics', '/metrics']]);
    if (claimTemplates.length === 0) return;
    const set = only('StatefulSet', manifests).spec;
    expect(set?.selector.matchLabels).toEqual(service?.selector);
    expect(set?.serviceName).toBe(only('Service', manifests).metadata?.name);
  });
});

test.each([own, stock])('%s and %s say the same about their Pods', (pod, set) => {
  const withoutData = (spec: IPodSpec | undefined) => ({
    ...spec,
    volumes: spec?.volumes?.filter(({ name }) => name !== 'data'),
  });
  expect(withoutData(podOf(readManifests(set ?? '')).spec)).toEqual(withoutData(podOf(readManifests(pod ?? '')).spec));
});

test.each(stock)('%s installs the manager before, and PostgreSQL gets it read-only', (file) => {
  const { spec } = podOf(readManifests(file));
  expect(spec?.initContainers).toHaveLength(1);
  expect(spec?.initContainers?.[0]).toMatchObject({
    args: ['install', '/controller'],
    volumeMounts: [{ name: 'controller', mountPath: '/controller' }],
  });
  expect(spec?.containers[0]?.volumeMounts).toContainEqual({
    name: 'controller',
    mountPath: '/controller',
    readOnly: true,
  });
});
