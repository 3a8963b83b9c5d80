import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { cnpgGroup, type Manifest, shareNamespace } from './manifest.ts';

/** `spec.imageCatalogRef` of a Cluster. */
export interface CatalogReference {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
  readonly major: number;
}

export type FoundCatalog =
  | { readonly kind: 'found'; readonly catalog: Manifest; readonly overridden: readonly Manifest[] }
  /** The reason as CloudNativePG words it. */
  | { readonly kind: 'missing'; readonly reason: string };

/** The catalog that a Cluster refers to; undefined: it refers to none. */
export function catalogReference({ document }: Manifest): CatalogReference | undefined {
  const reference = valueAt(document.value, ['spec', 'imageCatalogRef']);
  if (reference === undefined || reference === null) return undefined;
  const { apiGroup, kind, name, major } = mapOf(reference);
  return {
    apiGroup: textOf(apiGroup),
    kind: textOf(kind),
    name: textOf(name),
    major: typeof major === 'number' ? major : 0,
  };
}

/** The catalog among others. Of two that are one object the later one counts, as when both are applied. */
export function findCatalog(
  cluster: Manifest,
  { apiGroup, kind, name }: CatalogReference,
  catalogs: readonly Manifest[],
): FoundCatalog {
  if (kind !== 'ImageCatalog' && kind !== 'ClusterImageCatalog') {
    return { kind: 'missing', reason: `invalid image catalog type: ${kind}` };
  }
  if (apiGroup !== cnpgGroup) return { kind: 'missing', reason: 'invalid image catalog group' };
  const named = catalogs.filter(
    (catalog) =>
      catalog.kind === kind &&
      catalog.name === name &&
      (kind === 'ClusterImageCatalog' || shareNamespace(catalog, cluster)),
  );
  const catalog = named.at(-1);
  if (catalog === undefined) return { kind: 'missing', reason: `catalog ${kind}/${name} not found` };
  return { kind: 'found', catalog, overridden: named.slice(0, -1) };
}

/** The index of the entry of a catalog for a major version of PostgreSQL. */
export function catalogEntryFor({ document }: Manifest, major: number): number | undefined {
  const index = listOf(valueAt(document.value, ['spec', 'images'])).findIndex(
    (entry) => mapOf(entry)['major'] === major,
  );
  return index < 0 ? undefined : index;
}
