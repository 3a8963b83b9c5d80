import type { InstanceConfiguration } from '../configuration/instance-configuration.ts';
import type { ObservedImageVolume } from '../image-volume/observe-image-volume.ts';
import type { AppliedImage, AppliedImages } from './applied-images.ts';

/** An image that was in force, that the configuration does not name any more, and that was not let go yet. */
export interface LeavingImage {
  readonly applied: AppliedImage;
  readonly mountPath: string;
  /** `held`: all of it stays in force. `gone`: its folder is missing or empty, so there is nothing to hold. */
  readonly state: 'held' | 'gone';
}

/** Those that may be held; whether they can be is a matter of their folders. */
export function imagesThatLeft(
  applied: AppliedImages,
  { extensions, removal }: Pick<InstanceConfiguration, 'extensions' | 'removal'>,
  released: ReadonlySet<string>,
): readonly AppliedImage[] {
  if (removal === 'force') return [];
  const staying = new Set(extensions.map(({ name }) => name));
  return applied.images.filter(({ configuration: { name } }) => !staying.has(name) && !released.has(name));
}

export function leavingImage(
  applied: AppliedImage,
  { mountPath, volume }: Pick<ObservedImageVolume, 'mountPath' | 'volume'>,
): LeavingImage {
  const isGone = volume.state === 'missing' || volume.state === 'empty';
  return { applied, mountPath, state: isGone ? 'gone' : 'held' };
}
