import type { Step } from '../documents/complaint.ts';
import { textOf, valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { type CatalogReference, catalogEntryFor, catalogReference, findCatalog } from './find-catalog.ts';
import { findExtensions } from './found-extensions.ts';
import { type FoundExtension, type Origin, pathFields } from './image-info.ts';
import { postgresVersion } from './image-version.ts';
import { type Manifest, manifestTitle } from './manifest.ts';

/** What a Cluster asks for, with all that its catalog says. */
export interface RequestedImage {
  readonly image: string;
  readonly imageOrigin: Origin;
  readonly majorVersion: number;
  readonly majorOrigin: Origin;
  readonly extensions: readonly FoundExtension[];
}

/** Something that CloudNativePG does without saying it. */
export interface Surprise {
  readonly document: SourceDocument;
  readonly path: readonly Step[];
  readonly message: string;
}

export type Resolution =
  | { readonly kind: 'resolved'; readonly requested: RequestedImage; readonly surprises: readonly Surprise[] }
  | {
      readonly kind: 'failed';
      /** As CloudNativePG writes it into `status.phaseReason`. */
      readonly reason: string;
      readonly document: SourceDocument;
      readonly path: readonly Step[];
      readonly surprises: readonly Surprise[];
    };

/** What the status says when it cannot be found out which images a Cluster wants. */
export const imageCatalogPhase = 'Cluster has incomplete or invalid image catalog';

/** What the webhook writes into a Cluster that names neither an image nor a catalog. */
const defaultImage = 'ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie';
const defaultImageRelease = 'CloudNativePG 1.30';

/**
 * Finds the images and the settings of extensions that a Cluster asks for, by the rules of CloudNativePG: the catalog
 * is the base, and whatever the Cluster sets replaces it, field by field and each list as a whole; in the order of the Cluster.
 * https://cloudnative-pg.io/documentation/current/imagevolume_extensions/#configuration-source-and-precedence
 */
export function resolveCluster(cluster: Manifest, catalogs: readonly Manifest[]): Resolution {
  const reference = catalogReference(cluster);
  return reference === undefined ? resolveByItself(cluster) : resolveFromCatalog(cluster, reference, catalogs);
}

const extensionsPath: readonly Step[] = ['spec', 'postgresql', 'extensions'];

function resolveByItself(cluster: Manifest): Resolution {
  const { document } = cluster;
  const path = ['spec', 'imageName'];
  const named = textOf(valueAt(document.value, path));
  const image = named === '' ? defaultImage : named;
  const origin: Origin = named === '' ? { from: 'default' } : { from: 'cluster', document, path };
  const surprises =
    named === ''
      ? [
          {
            document,
            path: ['spec'],
            message: `neither imageName nor imageCatalogRef is set, so ${defaultImageRelease} takes its own default, ${defaultImage}, and another release another one; set imageName`,
          },
        ]
      : [];
  const version = postgresVersion(image);
  if (version.kind === 'unknown') {
    const reason = `cannot parse version from image ${image}: ${version.reason}`;
    return { kind: 'failed', reason, document, path, surprises };
  }
  const extensions = findExtensions(document, extensionsPath, 'cluster');
  const bare = extensions.find(({ fields }) => !fields.has('image.reference'));
  if (bare !== undefined) {
    const reason = `extension ${JSON.stringify(textOf(bare.name))} requires ImageVolumeSource.Reference when not using image catalog`;
    return { kind: 'failed', reason, document, path: bare.origin.path, surprises };
  }
  const requested = { image, imageOrigin: origin, majorVersion: version.major, majorOrigin: origin, extensions };
  return { kind: 'resolved', requested, surprises };
}

function resolveFromCatalog(cluster: Manifest, reference: CatalogReference, catalogs: readonly Manifest[]): Resolution {
  const { document } = cluster;
  const referencePath = ['spec', 'imageCatalogRef'];
  const found = findCatalog(cluster, reference, catalogs);
  if (found.kind === 'missing') {
    return { kind: 'failed', reason: found.reason, document, path: referencePath, surprises: [] };
  }
  const { catalog, overridden } = found;
  const surprises = overridden.length === 0 ? [] : [givenTwice(catalog, overridden.length + 1)];
  const entry = catalogEntryFor(catalog, reference.major);
  if (entry === undefined) {
    const reason = 'selected major version is not available in the catalog';
    return { kind: 'failed', reason, document, path: [...referencePath, 'major'], surprises };
  }
  const imagePath = ['spec', 'images', entry, 'image'];
  const image = textOf(valueAt(catalog.document.value, imagePath));
  const offered = findExtensions(catalog.document, ['spec', 'images', entry, 'extensions'], 'catalog');
  const byName = new Map(offered.map((extension) => [extension.name, extension]));
  const asked = findExtensions(document, extensionsPath, 'cluster');
  for (const extension of asked) {
    const why = whyWithoutImage(extension, byName.get(extension.name), manifestTitle(catalog));
    if (why === undefined) continue;
    const reason = `cannot retrieve extensions for image ${image}: ${why}`;
    return { kind: 'failed', reason, document, path: extension.origin.path, surprises };
  }
  return {
    kind: 'resolved',
    requested: {
      image,
      imageOrigin: { from: 'catalog', document: catalog.document, path: imagePath },
      majorVersion: reference.major,
      majorOrigin: { from: 'cluster', document, path: [...referencePath, 'major'] },
      extensions: asked.map((extension) => merge(extension, byName.get(extension.name))),
    },
    surprises: [...surprises, ...asked.flatMap((extension) => surprisesIn(extension, byName.get(extension.name)))],
  };
}

function whyWithoutImage(
  asked: FoundExtension,
  offered: FoundExtension | undefined,
  catalog: string,
): string | undefined {
  if (asked.fields.has('image.reference') || offered?.fields.has('image.reference') === true) return undefined;
  const name = JSON.stringify(textOf(asked.name));
  return offered === undefined
    ? `extension ${name} found in the Cluster Spec but no ImageVolumeSource.Reference is defined`
    : `extension ${name} found in image catalog ${catalog} but no ImageVolumeSource.Reference is defined in both the image catalog and the Cluster Spec`;
}

function merge(asked: FoundExtension, offered: FoundExtension | undefined): FoundExtension {
  if (offered === undefined) return asked;
  return {
    ...asked,
    fields: new Map([...offered.fields, ...asked.fields]),
    unknownKeys: new Map([...offered.unknownKeys, ...asked.unknownKeys]),
  };
}

function surprisesIn(asked: FoundExtension, offered: FoundExtension | undefined): readonly Surprise[] {
  if (offered === undefined) return [];
  const { document, path } = asked.origin;
  const entry = valueAt(document.value, path);
  const emptied = [...pathFields, 'env' as const].flatMap((field) => {
    const given = valueAt(entry, [field]);
    if (!Array.isArray(given) || given.length > 0 || !offered.fields.has(field)) return [];
    const message = `an empty list does not clear what the catalog sets, it stays ${JSON.stringify(offered.fields.get(field)?.value)}; to change it, write another list`;
    return [{ document, path: [...path, field], message }];
  });
  return [...emptied, ...lostVariables(asked, offered)];
}

function lostVariables(asked: FoundExtension, offered: FoundExtension): readonly Surprise[] {
  const own = asked.fields.get('env');
  const before = namesIn(offered.fields.get('env')?.value);
  if (own === undefined) return [];
  const names = new Set(namesIn(own.value));
  const lost = before.filter((name) => !names.has(name));
  if (lost.length === 0) return [];
  const message = `env replaces the list of the catalog as a whole, so ${lost.join(', ')} of the catalog ${lost.length > 1 ? 'are' : 'is'} not set; repeat what is still needed`;
  return [{ ...own.origin, message }];
}

function namesIn(env: unknown): readonly string[] {
  return Array.isArray(env) ? env.map((item) => textOf(valueAt(item, ['name']))) : [];
}

function givenTwice(catalog: Manifest, times: number): Surprise {
  const message = `${manifestTitle(catalog)} is there ${times} times, and this last one counts`;
  return { document: catalog.document, path: ['metadata', 'name'], message };
}
