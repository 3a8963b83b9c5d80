import type { ExtensionConfiguration } from '../../src/configuration/instance-configuration.ts';
import type { AppliedImage } from '../../src/removal/applied-images.ts';
import type { LeavingImage } from '../../src/removal/leaving-images.ts';
import { anImage } from './an-extension.ts';

/** An image that was applied; it brings one extension and one library of its own name, unless the test says more. */
export function anAppliedImage(
  name: string,
  brings: Partial<Omit<AppliedImage, 'configuration'>> = {},
  changes: Partial<ExtensionConfiguration> = {},
): AppliedImage {
  const { configuration } = anImage({ name, ...changes });
  return { configuration, provides: [name], libraries: [name], ...brings };
}

/** The same after it left the configuration, with its folder still there. */
export function aLeavingImage(
  name: string,
  brings: Partial<Omit<AppliedImage, 'configuration'>> = {},
  state: LeavingImage['state'] = 'held',
): LeavingImage {
  return { applied: anAppliedImage(name, brings), mountPath: `/extensions/${name}`, state };
}
