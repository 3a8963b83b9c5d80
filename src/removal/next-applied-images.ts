import type { ExtensionConfiguration } from '../configuration/instance-configuration.ts';
import { refuseLibrary } from '../configuration/value-rules.ts';
import type { VolumeState } from '../image-volume/observe-image-volume.ts';
import type { AppliedImage, AppliedImages } from './applied-images.ts';
import { keepOrder } from './keep-order.ts';
import type { LeavingImage } from './leaving-images.ts';
import { libraryName } from './library-name.ts';

export interface NextAppliedInputs {
  readonly before: AppliedImages;
  readonly configured: readonly ConfiguredImage[];
  readonly leaving: readonly LeavingImage[];
  readonly preload: { readonly remembered: readonly string[]; readonly inForce: readonly string[] };
}

/** `libraries` are file names as they are. */
export interface ConfiguredImage {
  readonly configuration: ExtensionConfiguration;
  readonly volume: VolumeState['state'];
  readonly provides: readonly string[];
  readonly libraries: readonly string[];
}

/** What is to be remembered now: what is configured, what leaves, and the list of libraries that is or was in force. */
export function nextAppliedImages({ before, configured, leaving, preload }: NextAppliedInputs): AppliedImages {
  const wasApplied = new Set(before.preload.map(libraryName));
  const isInForce = new Set(preload.inForce.map(libraryName));
  return {
    images: keepOrder(
      configured.map((image) => appliedImage(image, before)),
      leaving.map(({ applied }) => applied),
      before.images.map(imageName),
      imageName,
    ),
    preload: preload.remembered
      // One that was looked for in vain and never was in force is nothing to hold.
      .filter((name) => isInForce.has(libraryName(name)) || wasApplied.has(libraryName(name)))
      // Files of the user can name what no image could bring, and what would not be read back.
      .filter((name) => refuseLibrary(name) === undefined),
  };
}

/** What an image brings cannot be seen while its volume is not there; then it is what it brought before. */
function appliedImage(
  { configuration, volume, provides, libraries }: ConfiguredImage,
  before: AppliedImages,
): AppliedImage {
  const isThere = volume === 'mounted' || volume === 'folder';
  if (isThere) return { configuration, provides, libraries: libraries.map(libraryName) };
  const known = before.images.find((image) => imageName(image) === configuration.name);
  return { configuration, provides: known?.provides ?? [], libraries: known?.libraries ?? [] };
}

function imageName({ configuration }: AppliedImage): string {
  return configuration.name;
}
