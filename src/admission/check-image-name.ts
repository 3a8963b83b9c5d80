import { textOf, valueAt } from '../documents/plain-value.ts';
import { imageTag, postgresVersion } from '../manifests/image-version.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';

/** The tag of `spec.imageName` has to say the version: https://cloudnative-pg.io/documentation/current/container_images/#image-tag-requirements */
export function checkImageName(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'imageName'];
  const image = textOf(valueAt(cluster, path));
  if (image === '') return [];
  const tag = imageTag(image);
  if (tag === 'latest') return [invalid(path, image, "Can't use 'latest' as image tag as we can't detect upgrades")];
  if (tag === '') return [invalid(path, image, "Can't use just the image sha as we can't detect upgrades")];
  return postgresVersion(image).kind === 'known' ? [] : [invalid(path, image, 'invalid version tag')];
}
