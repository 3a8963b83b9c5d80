import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { managedLibraries } from '../manifests/fixed-parameters.ts';
import type { FoundExtension } from '../manifests/image-info.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { officialExtension, officialExtensionCalled } from '../manifests/official-extensions.ts';
import type { RequestedImage } from '../manifests/resolve-cluster.ts';
import type { Advice } from './validation-message.ts';

/** What is likely to go wrong with the extensions of a Cluster, and with those that its Databases declare. */
export function adviseCluster(
  cluster: Manifest,
  requested: RequestedImage,
  databases: readonly Manifest[],
): readonly Advice[] {
  return [
    ...adviseVersion(cluster, requested),
    ...requested.extensions.flatMap((extension) => [
      ...adviseLibraries(cluster, extension),
      ...adviseRequirements(extension, requested.extensions),
      ...advisePaths(extension),
    ]),
    ...databases.flatMap(adviseDatabase),
  ];
}

function adviseVersion({ document }: Manifest, { majorVersion, extensions, image }: RequestedImage): readonly Advice[] {
  if (majorVersion >= 18 || extensions.length === 0) return [];
  const path = ['spec', 'postgresql', 'extensions'];
  const message = `PostgreSQL ${majorVersion} of ${image} does not start with extensions that are mounted, it takes 18 or newer`;
  return [{ document, path, message }];
}

function adviseLibraries({ document }: Manifest, extension: FoundExtension): readonly Advice[] {
  const official = officialOf(extension);
  if (official === undefined) return [];
  const postgresql = mapOf(valueAt(document.value, ['spec', 'postgresql']));
  const parameters = Object.keys(mapOf(postgresql['parameters']));
  const listed = new Set([
    ...listOf(postgresql['shared_preload_libraries']),
    ...managedLibraries.filter((library) => parameters.some((name) => name.startsWith(`${library}.`))),
  ]);
  const missing = official.sharedPreloadLibraries.filter((library) => !listed.has(library));
  const unset = Object.entries(official.parameters).filter(([name]) => !parameters.includes(name));
  const path = [...extension.origin.path, 'name'];
  return [
    ...missing.map((library) => ({
      ...{ document: extension.origin.document, path },
      message: `${official.name} has to be preloaded: add ${library} to spec.postgresql.shared_preload_libraries`,
    })),
    ...unset.map(([name, value]) => ({
      ...{ document: extension.origin.document, path },
      message: `${official.name} needs a setting: add ${name}: "${value}" to spec.postgresql.parameters`,
    })),
  ];
}

function adviseRequirements(extension: FoundExtension, all: readonly FoundExtension[]): readonly Advice[] {
  const official = officialOf(extension);
  const present = new Set(all.map((one) => officialOf(one)?.name));
  return (official?.requires ?? [])
    .filter((name) => !present.has(name))
    .map((name) => ({
      document: extension.origin.document,
      path: [...extension.origin.path, 'name'],
      message: `${official?.name} cannot be created without ${name}, which is not listed: add it to spec.postgresql.extensions`,
    }));
}

/** Libraries of the system are found by the loader, which knows nothing of dynamic_library_path. */
function advisePaths({ fields }: FoundExtension): readonly Advice[] {
  const found = fields.get('dynamic_library_path');
  if (found === undefined) return [];
  return listOf(found.value).flatMap((path, index) => {
    if (!/^\.?\/*system\/*$/.test(textOf(path))) return [];
    const { document, path: start } = found.origin;
    const message =
      'PostgreSQL looks for extensions here, the loader of shared libraries does not: system libraries are found through ld_library_path';
    return [{ document, path: [...start, index], message }];
  });
}

function adviseDatabase({ document }: Manifest): readonly Advice[] {
  const path = ['spec', 'extensions'];
  return listOf(valueAt(document.value, path)).flatMap((entry, index) => {
    const { name, ensure } = mapOf(entry);
    const official = officialExtensionCalled(textOf(name));
    if (official === undefined || ensure === 'absent') return [];
    const here = { document, path: [...path, index, 'name'] };
    if (!official.createExtension) {
      return [{ ...here, message: `${official.name} has nothing to CREATE EXTENSION, it is loaded by its library` }];
    }
    if (official.sqlName === name) return [];
    return [
      {
        ...here,
        message: `${official.name} is the name of the image, in SQL the extension is called ${official.sqlName}`,
      },
    ];
  });
}

function officialOf({ name, fields }: FoundExtension): ReturnType<typeof officialExtension> {
  return officialExtension(textOf(name), textOf(fields.get('image.reference')?.value));
}
