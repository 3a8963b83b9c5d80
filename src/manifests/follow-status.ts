import { isDeepStrictEqual } from 'node:util';
import type { Step } from '../documents/complaint.ts';
import { mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { catalogReference } from './find-catalog.ts';
import { findExtensions, toResolvedExtension } from './found-extensions.ts';
import type { ImageInfo, ResolvedExtension } from './image-info.ts';
import type { Manifest } from './manifest.ts';
import type { RequestedImage, Resolution, Surprise } from './resolve-cluster.ts';

const statusPath: readonly Step[] = ['status', 'pgDataImageInfo'];

/** What the status of a Cluster says that its pods have; undefined where it says nothing. */
export function imageInStatus({ document }: Manifest): RequestedImage | undefined {
  return imageInfoAt(document, statusPath);
}

/** An ImageInfo at a path of a document. */
export function imageInfoAt(document: SourceDocument, path: readonly Step[]): RequestedImage | undefined {
  const { image, majorVersion } = mapOf(valueAt(document.value, path));
  if (textOf(image) === '' || typeof majorVersion !== 'number') return undefined;
  return {
    image: textOf(image),
    imageOrigin: { from: 'status', document, path: [...path, 'image'] },
    majorVersion,
    majorOrigin: { from: 'status', document, path: [...path, 'majorVersion'] },
    extensions: findExtensions(document, [...path, 'extensions'], 'status'),
  };
}

/**
 * What becomes of `status.pgDataImageInfo` when a Cluster asks for images, by CloudNativePG's rules: another order alone is no
 * change, a newer major version waits for its upgrade, an older one is refused.
 */
export function followStatus(cluster: Manifest, resolution: Resolution): Resolution {
  const current = imageInStatus(cluster);
  if (current === undefined) return resolution;
  const { document } = cluster;
  const keep = (path: readonly Step[], message: string): Resolution => {
    const surprise: Surprise = { document, path, message };
    return { kind: 'resolved', requested: current, surprises: [...resolution.surprises, surprise] };
  };
  if (resolution.kind === 'failed') {
    const { kind = '', name = '' } = catalogReference(cluster) ?? {};
    if (resolution.reason !== `catalog ${kind}/${name} not found`) return resolution;
    return keep(resolution.path, `${kind}/${name} is not among the files, so this is what the status says`);
  }
  const { requested, surprises } = resolution;
  if (requested.image === current.image) {
    if (!isSameSet(requested, current)) return resolution;
    const names = ({ extensions }: RequestedImage): readonly string[] => extensions.map(({ name }) => textOf(name));
    if (isDeepStrictEqual(names(requested), names(current))) {
      return { kind: 'resolved', requested: current, surprises };
    }
    const order = names(current).join(', ');
    return keep(
      ['spec', 'postgresql', 'extensions'],
      `CloudNativePG ignores a change of the order alone, so it stays ${order}; it comes with the next other change of an extension`,
    );
  }
  const [before, after] = [current.majorVersion, requested.majorVersion];
  if (after < before) {
    const reason = `cannot downgrade the PostgreSQL major version from ${before} to ${after}`;
    return { kind: 'failed', reason, document, path: ['spec'], surprises };
  }
  if (after === before) return resolution;
  return keep(['spec'], `a major upgrade from ${before} to ${after}: until it is done, the status stays as it is`);
}

/** As the status holds it. */
export function toImageInfo({ image, majorVersion, extensions }: RequestedImage): ImageInfo {
  return {
    image,
    majorVersion,
    ...(extensions.length > 0 && { extensions: extensions.map(toResolvedExtension) }),
  };
}

function isSameSet(a: RequestedImage, b: RequestedImage): boolean {
  return isDeepStrictEqual(byName(a), byName(b));
}

function byName({ extensions }: RequestedImage): readonly ResolvedExtension[] {
  return extensions.map(toResolvedExtension).toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
