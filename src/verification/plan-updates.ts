import { compareVersions, isOlderVersion } from '../lib/compare-versions.ts';

/** A version that CREATE EXTENSION … VERSION offers: a row of pg_available_extension_versions. */
export interface AvailableVersion {
  readonly version: string;
  readonly requires: readonly string[];
}

/** A row of pg_extension_update_paths(): https://www.postgresql.org/docs/18/extend-extensions.html#EXTEND-EXTENSIONS-UPDATES */
export interface UpdatePath {
  readonly source: string;
  readonly target: string;
  /** `1.0--1.1--1.2`; null: no scripts lead there. */
  readonly path: string | null;
}

export type PlannedUpdate =
  | { readonly kind: 'try'; readonly version: string; readonly requires: readonly string[]; readonly path: string }
  /** An older version for which the scripts were forgotten. */
  | { readonly kind: 'stranded'; readonly version: string }
  | { readonly kind: 'skip'; readonly versions: readonly string[]; readonly reason: string };

/**
 * What is to be tried from each other version. PostgreSQL has no order of versions, so whether one without a path is older
 * is told by its numbers; one that does not begin with a number is passed over.
 */
export function planUpdates(
  target: string,
  available: readonly AvailableVersion[],
  paths: readonly UpdatePath[],
): readonly PlannedUpdate[] {
  const pathOf = new Map(paths.map(({ source, target: to, path }) => [key(source, to), path]));
  const creatable = new Set(available.map(({ version }) => version));
  const others = available
    .filter(({ version }) => version !== target)
    .sort((one, other) => compareVersions(one.version, other.version));
  const tried = others.map(({ version, requires }): PlannedUpdate => {
    if (version === loose)
      return { kind: 'skip', versions: [version], reason: 'it stands for objects that belong to no extension yet' };
    const path = pathOf.get(key(version, target)) ?? undefined;
    if (path !== undefined) return { kind: 'try', version, requires, path };
    if (typeof pathOf.get(key(target, version)) === 'string')
      return { kind: 'skip', versions: [version], reason: `it is newer than the default version ${target}` };
    if (isOlderVersion(version, target)) return { kind: 'stranded', version };
    return { kind: 'skip', versions: [version], reason: `no scripts lead from it to the default version ${target}` };
  });
  const gone = paths
    .filter(({ source, target: to, path }) => to === target && path !== null && !creatable.has(source))
    .map(({ source }) => source)
    .sort(compareVersions);
  if (gone.length === 0) return tried;
  return [...tried, { kind: 'skip', versions: gone, reason: 'no script of the image creates them any more' }];
}

/** The name that PostgreSQL's own scripts once had for it, and that many still have. */
const loose = 'unpackaged';

function key(source: string, target: string): string {
  return JSON.stringify([source, target]);
}
