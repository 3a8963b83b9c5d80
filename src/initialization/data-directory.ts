import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '../lib/errors.ts';

export type DataDirectory =
  | { readonly kind: 'cluster'; readonly major: number }
  | { readonly kind: 'empty' }
  /** The cluster was made; it is partly still in the folder that it was made in. */
  | { readonly kind: 'half-moved' }
  /** There is something in it, but no cluster. */
  | { readonly kind: 'foreign'; readonly entry: string };

/** Below PGDATA: the name that the folder of an attempt gets when the cluster in it is whole. */
export const initializedFolder = '.pg-instance-manager-initialized';

/**
 * What is in PGDATA: https://www.postgresql.org/docs/18/storage-file-layout.html. A cluster is moved there with the
 * folder that it is in as the last to go. Dot files and lost+found belong to the file system or to us.
 */
export function observeDataDirectory(path: string): DataDirectory {
  const entries = readdirSync(path);
  if (entries.includes(initializedFolder)) return { kind: 'half-moved' };
  const major = readMajor(path);
  if (major !== undefined) return { kind: 'cluster', major };
  const entry = entries.find((name) => !name.startsWith('.') && name !== 'lost+found');
  return entry === undefined ? { kind: 'empty' } : { kind: 'foreign', entry };
}

/** Of the cluster in a folder; undefined when there is none. */
export function readMajor(path: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(`${path}/PG_VERSION`, 'utf8'), 10);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
