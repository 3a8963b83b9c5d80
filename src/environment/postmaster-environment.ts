import { expandPlaceholders } from '../configuration/placeholders.ts';
import type { Finding } from '../lib/finding.ts';

/** What one image contributes to the environment, with absolute folders that may be used. */
export interface ImageEnvironment {
  readonly name: string;
  readonly mountPath: string;
  readonly ldLibraryPath: readonly string[];
  readonly binPath: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

export interface PostmasterEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Which extensions have a say in a variable; only variables that an extension touches are here. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
  readonly findings: readonly Finding[];
}

/** Variables that are for the manager, or are secrets that the server has no use for. */
const notForPostgres =
  /^(PGIM_|NODE_|npm_|POSTGRES_PASSWORD|POSTGRES_INITDB_ARGS|PGPASSWORD$|PGPASSFILE$|PGSSLPASSWORD$|UV_THREADPOOL_SIZE$)/i;

/**
 * The environment of the postmaster, and of it alone: what the container has, then what the images add, in their order.
 * An existing value comes first. There is never an empty element: to ld.so(8) it would mean the current folder.
 */
export function postmasterEnvironment(
  container: Readonly<Record<string, string | undefined>>,
  images: readonly ImageEnvironment[],
): PostmasterEnvironment {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(container)) {
    if (value !== undefined && !notForPostgres.test(name)) variables[name] = value;
  }
  const owners = new Map<string, readonly string[]>();
  appendFolders(variables, owners, 'LD_LIBRARY_PATH', images, (image) => image.ldLibraryPath);
  appendFolders(variables, owners, 'PATH', images, (image) => image.binPath);
  const findings = images.flatMap((image) => addVariables(variables, owners, image, container));
  return { variables, owners, findings };
}

function appendFolders(
  variables: Record<string, string>,
  owners: Map<string, readonly string[]>,
  name: 'LD_LIBRARY_PATH' | 'PATH',
  images: readonly ImageEnvironment[],
  foldersOf: (image: ImageEnvironment) => readonly string[],
): void {
  const contributors = images.filter((image) => foldersOf(image).length > 0);
  const existing = (variables[name] ?? '').split(':').filter((element) => element !== '');
  const elements = [...new Set([...existing, ...contributors.flatMap(foldersOf)])];
  if (elements.length === 0) delete variables[name];
  else variables[name] = elements.join(':');
  if (contributors.length > 0) {
    owners.set(
      name,
      contributors.map((image) => image.name),
    );
  }
}

function addVariables(
  variables: Record<string, string>,
  owners: Map<string, readonly string[]>,
  image: ImageEnvironment,
  container: Readonly<Record<string, string | undefined>>,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { name, value } of image.env) {
    const earlier = owners.get(name) ?? [];
    if (earlier.length > 0 || container[name] !== undefined) {
      const whose = earlier.length > 0 ? `extension ${earlier.join(', ')}` : 'the container';
      findings.push({
        severity: 'warning',
        reason: 'EnvironmentOverridden',
        subject: `extension/${image.name}`,
        message: `The environment variable ${name} of extension ${image.name} replaces the value of ${whose}; the last one wins, so give it once.`,
      });
    }
    variables[name] = expandPlaceholders(value, image.mountPath);
    owners.set(name, [...earlier, image.name]);
  }
  return findings;
}
