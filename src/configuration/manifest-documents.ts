import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { suggestKey } from '../lib/suggest-key.ts';
import type { FoundExtension } from '../manifests/image-info.ts';
import {
  type ClassifiedDocument,
  classifyDocuments,
  cnpgApiVersion,
  cnpgKinds,
  isDatabaseOf,
  type Manifest,
  manifestTitle,
} from '../manifests/manifest.ts';
import type { Resolution } from '../manifests/resolve-cluster.ts';
import { type ApplicationDatabase, applicationDatabase } from './application-database.ts';
import { checkClusterManifest, checkKinds } from './check-cluster-manifest.ts';
import { clusterDocument } from './cluster-document.ts';
import { complainAt, type PlacedComplaint } from './placed-complaint.ts';

/** Documents of CloudNativePG among those of a configuration, turned into what the rest is checked and put together from. */
export interface ManifestDocuments {
  /** With the keys of the configuration, or of `kind: Database`. */
  readonly documents: readonly SourceDocument[];
  readonly application: ApplicationDatabase | undefined;
  readonly problems: readonly PlacedComplaint[];
  readonly warnings: readonly PlacedComplaint[];
}

/** How it is found out which images a Cluster has. */
export type Resolver = (cluster: Manifest, catalogs: readonly Manifest[]) => Resolution;

/** Takes one Cluster with its catalog and its Databases out of the documents; what is not about this instance is passed over. */
export function readManifests(documents: readonly SourceDocument[], resolve: Resolver): ManifestDocuments {
  const classified = classifyDocuments(documents);
  const manifests = classified.flatMap((one) => (one.kind === 'manifest' ? [one.manifest] : []));
  const [cluster, ...others] = manifests.filter(({ kind }) => kind === 'Cluster');
  const catalogs = manifests.filter(({ kind }) => kind === 'ImageCatalog' || kind === 'ClusterImageCatalog');
  const databases = manifests.filter(({ kind }) => kind === 'Database');
  const own = databases.filter((database) => isFor(database, cluster));
  const plain = classified.flatMap((one) => (one.kind === 'plain' ? [one.document] : []));
  const declared = new Set([...plain.flatMap(databasesIn), ...own.map(({ document }) => nameOf(document))]);
  const read = cluster === undefined ? undefined : readCluster(cluster, declared, resolve(cluster, catalogs));
  const without = cluster === undefined ? catalogs : [];
  return {
    documents: classified.flatMap((one) => {
      if (one.kind === 'plain') return [one.document];
      if (one.kind !== 'manifest') return [];
      if (one.manifest === cluster && read !== undefined) return [read.document];
      return own.includes(one.manifest) ? [one.manifest.document] : [];
    }),
    application: read?.application,
    problems: [
      ...classified.flatMap(refuseUnknown),
      ...others.map((other) => refuseSecond(other, cluster ?? other)),
      ...(cluster === undefined ? [] : catalogs.flatMap(checkKinds)),
      ...(read?.problems ?? []),
    ],
    warnings: [
      ...classified.flatMap(passOver),
      ...databases.filter((database) => !own.includes(database)).map((database) => notOurs(database, cluster)),
      ...without.map(unusedCatalog),
      ...(read?.warnings ?? []),
    ],
  };
}

interface ReadCluster {
  readonly document: SourceDocument;
  readonly application: ApplicationDatabase | undefined;
  readonly problems: readonly PlacedComplaint[];
  readonly warnings: readonly PlacedComplaint[];
}

function readCluster(cluster: Manifest, declared: ReadonlySet<unknown>, resolution: Resolution): ReadCluster {
  const application = applicationDatabase(cluster);
  const extensions = resolution.kind === 'resolved' ? resolution.requested.extensions.map(knownPart) : [];
  return {
    application,
    // Whoever declares it says more about it than the Cluster does.
    document: clusterDocument(cluster, extensions, declared.has(application?.name) ? undefined : application),
    ...checkClusterManifest(cluster, resolution),
  };
}

function databasesIn({ value }: SourceDocument): readonly unknown[] {
  return listOf(mapOf(value)['databases']).map((entry) => mapOf(entry)['name']);
}

function nameOf({ value }: SourceDocument): unknown {
  return valueAt(value, ['spec', 'name']);
}

/** A status is written by a program, perhaps a newer one than is known here. */
function knownPart(extension: FoundExtension): FoundExtension {
  return extension.origin.from === 'status' ? { ...extension, unknownKeys: new Map() } : extension;
}

function isFor(database: Manifest, cluster: Manifest | undefined): boolean {
  return cluster === undefined || isDatabaseOf(database, cluster);
}

function notOurs(database: Manifest, cluster: Manifest | undefined): PlacedComplaint {
  const message = `${manifestTitle(database)} is of another cluster and passed over`;
  return complainAt(database.document, ['spec', 'cluster', 'name'], 'value', {
    expected: cluster?.name ?? '',
    message,
  });
}

function unusedCatalog(catalog: Manifest): PlacedComplaint {
  const message = `${manifestTitle(catalog)} is passed over, there is no Cluster that refers to it`;
  return complainAt(catalog.document, ['metadata', 'name'], 'value', { expected: 'a Cluster beside it', message });
}

function refuseSecond(other: Manifest, first: Manifest): PlacedComplaint {
  const path = ['metadata', 'name'];
  const { file, line, column } = first.document.locate(path, 'value');
  const message = `the other one, ${manifestTitle(first)}, is at ${file}:${line}:${column}; take one of the two away`;
  return complainAt(other.document, path, 'value', { expected: 'one Cluster', message });
}

function refuseUnknown(one: ClassifiedDocument): readonly PlacedComplaint[] {
  if (one.kind !== 'unknown') return [];
  const { document, key } = one;
  const value = textOf(mapOf(document.value)[key]);
  if (key === 'apiVersion') {
    const message = value === '' ? 'apiVersion is required' : 'a document of another version may mean something else';
    return [complainAt(document, [key], 'value', { expected: cnpgApiVersion, message })];
  }
  const suggestion = suggestKey(value, cnpgKinds);
  const message =
    suggestion === undefined
      ? `a document of CloudNativePG has apiVersion: ${cnpgApiVersion} and one of these kinds; all else is configured with the keys extensions, shared_preload_libraries, parameters and databases`
      : `did you mean ${suggestion}?`;
  return [
    complainAt(document, [key], 'value', {
      expected: 'Cluster, ImageCatalog, ClusterImageCatalog or Database',
      message,
    }),
  ];
}

function passOver(one: ClassifiedDocument): readonly PlacedComplaint[] {
  if (one.kind !== 'unrelated') return [];
  const expected = 'Cluster, ImageCatalog, ClusterImageCatalog or Database';
  return [complainAt(one.document, ['kind'], 'value', { expected, message: `${one.what} is passed over` })];
}
