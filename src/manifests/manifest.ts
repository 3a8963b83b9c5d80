import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { documentWithin, type SourceDocument } from '../documents/source-document.ts';

export const cnpgGroup = 'postgresql.cnpg.io';
export const cnpgApiVersion = `${cnpgGroup}/v1`;

export type ManifestKind = 'Cluster' | 'ImageCatalog' | 'ClusterImageCatalog' | 'Database';

/** A document of CloudNativePG that says something about an instance. */
export interface Manifest {
  readonly kind: ManifestKind;
  readonly name: string;
  /** Undefined: the one that is current where it is applied. */
  readonly namespace: string | undefined;
  readonly document: SourceDocument;
}

export type ClassifiedDocument =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  /** One of Kubernetes that has nothing to do with this; `what` is `Service/name`. */
  | { readonly kind: 'unrelated'; readonly document: SourceDocument; readonly what: string }
  /** One with a kind that does not exist, or in a version that is not known. */
  | { readonly kind: 'unknown'; readonly document: SourceDocument; readonly key: 'kind' | 'apiVersion' }
  /** One without a kind: the configuration of this program, or what it has resolved. */
  | { readonly kind: 'plain'; readonly document: SourceDocument };

/** What a document is; a `List` is taken apart into its items. */
export function classifyDocuments(documents: readonly SourceDocument[]): readonly ClassifiedDocument[] {
  return documents.flatMap((document) => {
    const value = mapOf(document.value);
    const kind = textOf(value['kind']);
    if (!kind.endsWith('List') || !Array.isArray(value['items'])) return [classify(document)];
    return listOf(value['items']).map((_, index) => classify(documentWithin(document, ['items', index])));
  });
}

/** `Cluster/cluster-example` */
export function manifestTitle({ kind, name }: Manifest): string {
  return `${kind}/${name}`;
}

/** `cluster.postgresql.cnpg.io/cluster-example`, as `kubectl -o name` writes it. */
export function resourceName({ kind, name }: Manifest): string {
  return `${kind.toLowerCase()}.${cnpgGroup}/${name}`;
}

/** Whether two documents would be in one namespace; one that names none goes where the other one is. */
export function shareNamespace(a: Manifest, b: Manifest): boolean {
  return a.namespace === undefined || b.namespace === undefined || a.namespace === b.namespace;
}

/** The name of the Cluster that a Database is for. */
export function clusterOfDatabase({ document }: Manifest): string {
  return textOf(valueAt(document.value, ['spec', 'cluster', 'name']));
}

/** Whether a Database is for this Cluster: `spec.cluster` means one of its own namespace. */
export function isDatabaseOf(database: Manifest, cluster: Manifest): boolean {
  return clusterOfDatabase(database) === cluster.name && shareNamespace(database, cluster);
}

const ourKinds: readonly string[] = ['Cluster', 'ImageCatalog', 'ClusterImageCatalog', 'Database'];

/** The others of this group: https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/ */
const otherKinds: readonly string[] = [
  ...['Backup', 'DatabaseRole', 'FailoverQuorum', 'Pooler', 'Publication', 'ScheduledBackup', 'Subscription'],
];

/** The kinds of CloudNativePG, for a sentence about one that does not exist. */
export const cnpgKinds: readonly string[] = [...ourKinds, ...otherKinds];

function classify(document: SourceDocument): ClassifiedDocument {
  const value = mapOf(document.value);
  if (!('kind' in value)) return { kind: 'plain', document };
  const kind = textOf(value['kind']);
  const apiVersion = textOf(value['apiVersion']);
  const metadata = mapOf(value['metadata']);
  const name = textOf(metadata['name']);
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const isOfKubernetes = apiVersion !== '' && group !== cnpgGroup;
  if (isOfKubernetes || otherKinds.includes(kind)) return { kind: 'unrelated', document, what: `${kind}/${name}` };
  if (!isOurKind(kind)) return { kind: 'unknown', document, key: 'kind' };
  if (apiVersion !== cnpgApiVersion) return { kind: 'unknown', document, key: 'apiVersion' };
  const namespace = textOf(metadata['namespace']);
  return {
    kind: 'manifest',
    manifest: { kind, name, namespace: namespace === '' ? undefined : namespace, document },
  };
}

function isOurKind(kind: string): kind is ManifestKind {
  return ourKinds.includes(kind);
}
