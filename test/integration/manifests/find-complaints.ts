import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import type { Manifest } from './read-manifests.ts';

/**
 * What Kubernetes' own schema, and that of the Prometheus operator, has against a manifest. Their validators let unknown
 * keys pass, but they look at every key that they know: a key that nobody looked at is unknown.
 */
export function findComplaints(manifest: Manifest): readonly string[] {
  const unseen = new Set<string>();
  const complaints: string[] = [];
  try {
    watch(model(manifest), '', unseen).validate();
  } catch (error) {
    complaints.push(String(error));
  }
  return [...complaints, ...[...unseen].map((key) => `unknown key ${key.slice(1)}`)];
}

function model(manifest: Manifest): { readonly validate: () => void } {
  switch (manifest.kind) {
    case 'ConfigMap':
      return new ConfigMap(manifest);
    case 'PersistentVolumeClaim':
      return new PersistentVolumeClaim(manifest);
    case 'Pod':
      return new Pod(manifest);
    case 'PodMonitor':
      return new PodMonitor(manifest);
    case 'Secret':
      return new Secret(manifest);
    case 'Service':
      return new Service(manifest);
    case 'StatefulSet':
      return new StatefulSet(manifest);
  }
}

/** The same value; what is not read of it stays in `unseen`. Below an unknown key nothing is mentioned. */
function watch<T extends object>(value: T, path: string, unseen: Set<string>): T {
  for (const key of Object.keys(value)) unseen.add(`${path}.${key}`);
  const watched = new Map<string | symbol, unknown>();
  return new Proxy(value, {
    get(target, key, receiver) {
      const child: unknown = Reflect.get(target, key, receiver);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return child;
      unseen.delete(`${path}.${key}`);
      if (typeof child !== 'object' || child === null) return child;
      if (!watched.has(key)) watched.set(key, watch(child, `${path}.${key}`, unseen));
      return watched.get(key);
    },
  });
}
