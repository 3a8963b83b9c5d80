import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { IPod } from 'kubernetes-models/v1/Pod';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { IService } from 'kubernetes-models/v1/Service';
import { parseAllDocuments } from 'yaml';

/** The kinds that a file of docker/kubernetes may hold, by name. */
export interface Kinds {
  readonly ConfigMap: IConfigMap;
  readonly PersistentVolumeClaim: IPersistentVolumeClaim;
  readonly Pod: IPod;
  readonly PodMonitor: IPodMonitor;
  readonly Secret: ISecret;
  readonly Service: IService;
  readonly StatefulSet: IStatefulSet;
}

export type Manifest = Kinds[keyof Kinds];

const folder = fileURLToPath(new URL('../../../docker/kubernetes/', import.meta.url));

/** Names of the files in docker/kubernetes. */
export function manifestFiles(): readonly string[] {
  return readdirSync(folder).sort();
}

export function manifestPath(file: string): string {
  return folder + file;
}

/** The documents of one file, as they are: `findComplaints` says whether they are what their type says. */
export function readManifests(file: string): readonly Manifest[] {
  return parseAllDocuments(readFileSync(manifestPath(file), 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join('; ')}`);
    return document.toJS();
  });
}

/** The only document of this kind. */
export function only<K extends keyof Kinds>(kind: K, manifests: readonly Manifest[]): Kinds[K] {
  const found = manifests.filter((manifest): manifest is Kinds[K] => manifest.kind === kind);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} documents are a ${kind}, instead of 1`);
  return first;
}
