import type { Step } from '../documents/complaint.ts';
import { textOf, valueAt } from '../documents/plain-value.ts';
import type { Manifest } from '../manifests/manifest.ts';

/** The database that CloudNativePG makes together with a cluster, and its owner. */
export interface ApplicationDatabase {
  readonly name: string;
  readonly owner: string;
  /** Where the name stands, or would stand. */
  readonly path: readonly Step[];
  /** Where that of the owner does. */
  readonly ownerPath: readonly Step[];
}

/**
 * `app` with the owner `app` unless `spec.bootstrap` names others; undefined where the cluster is made in a way that is not known
 * here, from a backup or another server, and where its import makes the databases.
 * https://cloudnative-pg.io/documentation/current/bootstrap/#bootstrap-an-empty-cluster-initdb
 */
export function applicationDatabase({ document }: Manifest): ApplicationDatabase | undefined {
  const path = ['spec', 'bootstrap', 'initdb'];
  const { value } = document;
  const others = ['recovery', 'pg_basebackup'].map((method) => valueAt(value, ['spec', 'bootstrap', method]));
  if (others.some((method) => method !== undefined && method !== null)) return undefined;
  const named = textOf(valueAt(value, [...path, 'database']));
  if (named === '' && valueAt(value, [...path, 'import', 'type']) === 'monolith') return undefined;
  const name = named === '' ? 'app' : named;
  const owner = textOf(valueAt(value, [...path, 'owner']));
  const databasePath = [...path, 'database'];
  if (owner === '') return { name, owner: name, path: databasePath, ownerPath: databasePath };
  return { name, owner, path: databasePath, ownerPath: [...path, 'owner'] };
}
