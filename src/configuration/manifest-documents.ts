import { type Complaint, quote, type Step } from '../documents/complaint.ts';
import { describeFound, kindOf } from '../documents/found-value.ts';
import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { suggestKey } from '../lib/suggest-key.ts';
import { archiveMode } from '../manifests/archive-mode.ts';
import { fixedParameterSentence, judgeParameter } from '../manifests/fixed-parameters.ts';
import { imageInStatus } from '../manifests/follow-status.ts';
import type { FoundExtension } from '../manifests/image-info.ts';
import {
  type ClassifiedDocument,
  classifyDocuments,
  clusterOfDatabase,
  cnpgApiVersion,
  cnpgKinds,
  type Manifest,
  manifestTitle,
} from '../manifests/manifest.ts';
import { type Resolution, resolveCluster } from '../manifests/resolve-cluster.ts';
import { type ApplicationDatabase, applicationDatabase } from './application-database.ts';
import { clusterDocument } from './cluster-document.ts';
import type { PlacedComplaint } from './placed-complaint.ts';

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

/** What the operator has resolved is what its pods get, whatever the Cluster and the catalog say by now. */
export function resolveForPods(cluster: Manifest, catalogs: readonly Manifest[]): Resolution {
  const requested = imageInStatus(cluster);
  if (requested === undefined) return resolveCluster(cluster, catalogs);
  return { kind: 'resolved', requested, surprises: [] };
}

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
      ...(cluster === undefined ? [] : catalogs.flatMap(refuseKinds)),
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
  const { document } = cluster;
  const application = applicationDatabase(cluster);
  const extensions = resolution.kind === 'resolved' ? resolution.requested.extensions.map(knownPart) : [];
  return {
    application,
    // Whoever declares it says more about it than the Cluster does.
    document: clusterDocument(cluster, extensions, declared.has(application?.name) ? undefined : application),
    problems: [
      ...refuseKinds(cluster),
      ...(resolution.kind === 'failed' ? [unresolved(resolution)] : []),
      ...checkParameters(cluster),
    ],
    warnings: [
      ...resolution.surprises.map(({ document: where, path, message }) =>
        warn(where, path, 'value', { expected: 'nothing that surprises', message }),
      ),
      ...notHonoured.flatMap(({ path, message }) =>
        isSet(document, path) ? [warn(document, path, 'key', { expected: 'nothing here', message })] : [],
      ),
    ],
  };
}

function databasesIn({ value }: SourceDocument): readonly unknown[] {
  return listOf(mapOf(value)['databases']).map((entry) => mapOf(entry)['name']);
}

function nameOf({ value }: SourceDocument): unknown {
  return valueAt(value, ['spec', 'name']);
}

/** What could not be looked into any further would else be passed over. */
function refuseKinds({ document }: Manifest): readonly PlacedComplaint[] {
  const lists = [
    ['spec', 'postgresql', 'extensions'],
    ['spec', 'postgresql', 'shared_preload_libraries'],
    ['spec', 'images'],
    ...listOf(valueAt(document.value, ['spec', 'images'])).map((_, index) => ['spec', 'images', index, 'extensions']),
  ];
  const maps = [['spec'], ['spec', 'postgresql'], ['spec', 'postgresql', 'parameters'], ['spec', 'imageCatalogRef']];
  const refuse = (path: readonly Step[], expected: 'a list' | 'a map'): readonly PlacedComplaint[] => {
    const found = kindOf(valueAt(document.value, path));
    if (found === expected || found === 'nothing') return [];
    return [{ document, complaint: { path, at: 'value', found, expected, message: 'CloudNativePG refuses it, too' } }];
  };
  return [...lists.flatMap((path) => refuse(path, 'a list')), ...maps.flatMap((path) => refuse(path, 'a map'))];
}

/** A status is written by a program, perhaps a newer one than is known here. */
function knownPart(extension: FoundExtension): FoundExtension {
  return extension.origin.from === 'status' ? { ...extension, unknownKeys: new Map() } : extension;
}

const notHonoured: readonly { readonly path: readonly Step[]; readonly message: string }[] = [
  {
    path: ['spec', 'postgresql', 'pg_hba'],
    message: 'pg-instance-manager run leaves pg_hba.conf of the data folder alone',
  },
  {
    path: ['spec', 'postgresql', 'pg_ident'],
    message: 'pg-instance-manager run leaves pg_ident.conf of the data folder alone',
  },
  {
    path: ['spec', 'postgresql', 'ldap'],
    message: 'pg-instance-manager run leaves pg_hba.conf of the data folder alone',
  },
  {
    path: ['spec', 'managed', 'roles'],
    message: 'pg-instance-manager run makes no roles but the owner of the application database',
  },
];

function isSet(document: SourceDocument, path: readonly Step[]): boolean {
  return (valueAt(document.value, path) ?? null) !== null;
}

function unresolved({ reason, document, path }: Extract<Resolution, { readonly kind: 'failed' }>): PlacedComplaint {
  const missing = /^catalog (.+) not found$/.exec(reason)?.[1];
  const found = describeFound(valueAt(document.value, path), path);
  const complaint: Omit<Complaint, 'path' | 'at'> =
    missing === undefined
      ? { found, expected: 'what can be resolved', message: reason }
      : {
          found: quote(missing),
          expected: 'a catalog that is beside the Cluster',
          message: `${reason}; put its document there, or take the Cluster with its status`,
        };
  return { document, complaint: { path, at: 'value', ...complaint } };
}

function checkParameters({ document }: Manifest): readonly PlacedComplaint[] {
  const path = ['spec', 'postgresql', 'parameters'];
  const mode = archiveMode(document.value);
  return Object.entries(mapOf(valueAt(document.value, path))).flatMap(([name, value]): readonly PlacedComplaint[] => {
    const found = kindOf(value);
    const here = [...path, name];
    // PostgreSQL knows names in any case, CloudNativePG compares them as they are.
    if (judgeParameter(name.toLowerCase(), value, mode) === 'fixed') {
      const expected = 'a parameter that CloudNativePG lets be set';
      return [
        {
          document,
          complaint: { path: here, at: 'key', found: JSON.stringify(name), expected, message: fixedParameterSentence },
        },
      ];
    }
    if (typeof value === 'string' || found === 'nothing' || found === 'a map' || found === 'a list') return [];
    const message = 'put it in quotes, CloudNativePG takes texts only';
    return [{ document, complaint: { path: here, at: 'value', found, expected: 'a text', message } }];
  });
}

function isFor(database: Manifest, cluster: Manifest | undefined): boolean {
  return cluster === undefined || clusterOfDatabase(database) === cluster.name;
}

function notOurs(database: Manifest, cluster: Manifest | undefined): PlacedComplaint {
  const message = `${manifestTitle(database)} is of another cluster and passed over`;
  return warn(database.document, ['spec', 'cluster', 'name'], 'value', { expected: cluster?.name ?? '', message });
}

function unusedCatalog(catalog: Manifest): PlacedComplaint {
  const message = `${manifestTitle(catalog)} is passed over, there is no Cluster that refers to it`;
  return warn(catalog.document, ['metadata', 'name'], 'value', { expected: 'a Cluster beside it', message });
}

function refuseSecond(other: Manifest, first: Manifest): PlacedComplaint {
  const path = ['metadata', 'name'];
  const { file, line, column } = first.document.locate(path, 'value');
  const message = `the other one, ${manifestTitle(first)}, is at ${file}:${line}:${column}; take one of the two away`;
  return warn(other.document, path, 'value', { expected: 'one Cluster', message });
}

function refuseUnknown(one: ClassifiedDocument): readonly PlacedComplaint[] {
  if (one.kind !== 'unknown') return [];
  const { document, key } = one;
  const value = textOf(mapOf(document.value)[key]);
  if (key === 'apiVersion') {
    const message = value === '' ? 'apiVersion is required' : 'a document of another version may mean something else';
    return [warn(document, [key], 'value', { expected: cnpgApiVersion, message })];
  }
  const suggestion = suggestKey(value, cnpgKinds);
  const message =
    suggestion === undefined
      ? `a document of CloudNativePG has apiVersion: ${cnpgApiVersion} and one of these kinds; all else is configured with the keys extensions, shared_preload_libraries, parameters and databases`
      : `did you mean ${suggestion}?`;
  return [
    warn(document, [key], 'value', { expected: 'Cluster, ImageCatalog, ClusterImageCatalog or Database', message }),
  ];
}

function passOver(one: ClassifiedDocument): readonly PlacedComplaint[] {
  if (one.kind !== 'unrelated') return [];
  const expected = 'Cluster, ImageCatalog, ClusterImageCatalog or Database';
  return [warn(one.document, ['kind'], 'value', { expected, message: `${one.what} is passed over` })];
}

function warn(
  document: SourceDocument,
  path: readonly Step[],
  at: Complaint['at'],
  sentence: Pick<Complaint, 'expected' | 'message'>,
): PlacedComplaint {
  const found = describeFound(valueAt(document.value, path), path);
  return { document, complaint: { path, at, found, ...sentence } };
}
