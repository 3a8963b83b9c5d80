import { compareVersions } from '../lib/compare-versions.ts';
import type { Finding } from '../lib/finding.ts';
import type { LoadFailure } from '../loader/load-library.ts';
import { fileName, type InspectedImage, type InspectedServer, imageFinding, listed } from './inspected-image.ts';

export type VersionFailure = Extract<LoadFailure, { readonly kind: 'version' }>;

/**
 * glibc refuses the whole library: `version 'GLIBC_2.38' not found (required by …)`. Hardly ever it is one library alone, and
 * the reason is one for all of them.
 */
export function checkSymbolVersions(
  image: InspectedImage,
  failures: readonly VersionFailure[],
  server: InspectedServer,
): readonly Finding[] {
  const { ldLibraryPath } = server.loader;
  const isFromImages = ({ provider }: VersionFailure): boolean =>
    ldLibraryPath.some((folder) => provider.path.startsWith(`${folder}/`));
  const hidden = Map.groupBy(failures.filter(isFromImages), ({ provider }) => provider.path);
  const tooOld = failures.filter((failure) => !isFromImages(failure));
  return [
    ...[...hidden].map(([path, group]) => {
      const what = `${whoNeed(group)} ${versionsOf(group.map(({ needed }) => needed.version))} of ${fileName(path)}, and ${isOne(group) ? 'gets' : 'get'} ${path}, which does not have that and comes first in LD_LIBRARY_PATH`;
      const message = path.startsWith(`${image.tree.root}/`)
        ? `${what}. The libraries of the image were not built together: build it again.`
        : `${what}. Build both images on the same distribution, or change the order of the extensions.`;
      return imageFinding(image, 'error', 'SymbolVersionMissing', message);
    }),
    ...(tooOld.length === 0 ? [] : [newerDistribution(image, tooOld)]),
  ];
}

function newerDistribution(image: InspectedImage, failures: readonly VersionFailure[]): Finding {
  const needed = failures.map((failure) => failure.needed.version);
  const families = new Set(needed.map(familyOf));
  const present = failures.flatMap(({ provider }) => [...provider.elf.versionsDefined]);
  const providers = listed(failures.map(({ provider }) => provider.path).sort());
  const has = versionsOf(present.filter((version) => families.has(familyOf(version)) && version !== familyOf(version)));
  const what = `${whoNeed(failures)} ${versionsOf(needed)}, and the system of this server has ${has || 'none of them'} (${providers})`;
  const message = `${what}: the image was built on a newer distribution. Mount the image that was built for this one.`;
  return imageFinding(image, 'error', 'SymbolVersionMissing', message);
}

/** `libproj.so.25, libgdal.so.39 and 7 more need` */
function whoNeed(failures: readonly VersionFailure[]): string {
  const names = failures.map(({ by }) => fileName(by.path));
  return `${listed(names, 3)} ${isOne(failures) ? 'needs' : 'need'}`;
}

function isOne(failures: readonly VersionFailure[]): boolean {
  return new Set(failures.map(({ by }) => by.path)).size === 1;
}

/** The highest of each family. */
function versionsOf(versions: readonly string[]): string {
  const families = Map.groupBy(versions, familyOf);
  return [...families.values()]
    .map((family) => family.reduce((highest, version) => (compareVersions(version, highest) > 0 ? version : highest)))
    .sort()
    .join(', ');
}

/** `GLIBC` of `GLIBC_2.38`. */
function familyOf(version: string): string {
  return version.replace(/_[\d.]+$/, '');
}
