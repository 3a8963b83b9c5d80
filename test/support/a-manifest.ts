import { readFileSync } from 'node:fs';
import { readDocuments, type SourceDocument } from '../../src/documents/source-document.ts';
import { classifyDocuments, type Manifest } from '../../src/manifests/manifest.ts';

const folder = new URL('./manifests/', import.meta.url);

/** The text of a file of test/support/manifests: `specification/database.yaml`. */
export function manifestText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

/** The documents of a text of YAML, which has no mistakes. */
export function documentsOf(text: string, file = 'a.yaml'): readonly SourceDocument[] {
  return readDocuments(file, text).map(({ document, complaints }) => {
    if (document === undefined || complaints.length > 0) throw new Error(JSON.stringify(complaints));
    return document;
  });
}

/** The manifests of CloudNativePG in a text. */
function manifestsOf(text: string, file = 'a.yaml'): readonly Manifest[] {
  return classifyDocuments(documentsOf(text, file)).flatMap((one) => (one.kind === 'manifest' ? [one.manifest] : []));
}

/** The only one of a text. */
export function manifestOf(text: string, file = 'a.yaml'): Manifest {
  const [manifest, ...others] = manifestsOf(text, file);
  if (manifest === undefined || others.length > 0) throw new Error('not one manifest');
  return manifest;
}

/** The official catalog. */
export function officialCatalog(): Manifest {
  return manifestOf(officialCatalogText(), 'catalog.yaml');
}

export function officialCatalogText(): string {
  return readFileSync(new URL('../../docker/manifests/catalog-minimal-trixie.yaml', import.meta.url), 'utf8');
}

/** A Cluster with this spec, as JSON, which is YAML. */
export function clusterOf(spec: unknown, more: Readonly<Record<string, unknown>> = {}): Manifest {
  const head = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'cluster-example' } };
  return manifestOf(JSON.stringify({ ...head, spec, ...more }, undefined, 1), 'cluster.yaml');
}

/** A catalog with these entries of `spec.images`. */
export function catalogOf(images: unknown, kind = 'ImageCatalog', name = 'catalog'): Manifest {
  const head = { apiVersion: 'postgresql.cnpg.io/v1', kind, metadata: { name } };
  return manifestOf(JSON.stringify({ ...head, spec: { images } }, undefined, 1), 'catalog.yaml');
}
