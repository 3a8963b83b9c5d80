import { schemaChecker } from '../admission/check-schema.ts';
import type { FieldError } from '../admission/field-error.ts';
import { refuseManifest } from '../admission/refuse-manifest.ts';
import { placeAdvice, placeError, renderMessage } from '../admission/validation-message.ts';
import type { Step } from '../documents/complaint.ts';
import { catalogReference, findCatalog } from '../manifests/find-catalog.ts';
import { followStatus } from '../manifests/follow-status.ts';
import { type Manifest, manifestTitle } from '../manifests/manifest.ts';
import { imageCatalogPhase, type RequestedImage, resolveCluster } from '../manifests/resolve-cluster.ts';

export type ResolvedManifest =
  | { readonly kind: 'resolved'; readonly requested: RequestedImage; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly errors: readonly string[]; readonly warnings: readonly string[] };

/** What becomes of a Cluster, unless CloudNativePG would refuse the parts of it that count here: at least images and extensions. */
export function resolveManifest(
  cluster: Manifest,
  catalogs: readonly Manifest[],
  counts: (error: FieldError) => boolean = () => false,
): ResolvedManifest {
  const reference = catalogReference(cluster);
  const found = reference === undefined ? undefined : findCatalog(cluster, reference, catalogs);
  const used = found?.kind === 'found' ? [cluster, found.catalog] : [cluster];
  const checkSchema = schemaChecker();
  const errors = used.flatMap((manifest) =>
    refuseManifest(manifest, checkSchema)
      .errors.filter((error) => isAboutImages(error.path) || counts(error))
      .map((error) => renderMessage('error', placeError(manifest.document, error))),
  );
  const resolution = followStatus(cluster, resolveCluster(cluster, catalogs));
  const warnings = resolution.surprises.map((surprise) => renderMessage('warning', placeAdvice(surprise)));
  if (errors.length > 0) return { kind: 'refused', errors, warnings };
  if (resolution.kind === 'resolved') return { kind: 'resolved', requested: resolution.requested, warnings };
  const { file, line } = resolution.document.locate(resolution.path, 'value');
  const sentence = `${file}:${line}: error: ${manifestTitle(cluster)}: ${imageCatalogPhase}: ${resolution.reason}`;
  return { kind: 'refused', errors: [sentence], warnings };
}

function isAboutImages([first, second, third]: readonly Step[]): boolean {
  if (first !== 'spec') return false;
  if (second === undefined || second === 'imageName' || second === 'imageCatalogRef' || second === 'images')
    return true;
  return second === 'postgresql' && (third === undefined || third === 'extensions');
}
