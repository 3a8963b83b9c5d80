import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '../lib/errors.ts';

export type DataDirectory =
  | { readonly kind: 'cluster'; readonly major: number }
  | { readonly kind: 'empty' }
  /** initdb was done; what it made is partly still in the folder that it was made in. */
  | { readonly kind: 'half-moved' }
  /** There is something in it, but no cluster. */
  | { readonly kind: 'foreign'; readonly entry: string };

/** Below PGDATA: where initdb works, and the name that the same folder gets when initdb was done. */
export const initdbFolder = '.pg-instance-manager-initdb';
export const initializedFolder = '.pg-instance-manager-initialized';

/**
 * What is in PGDATA: https://www.postgresql.org/docs/18/storage-file-layout.html. PG_VERSION is moved there last, so its
 * presence means a whole cluster. Dot files and lost+found belong to the file system or to us.
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
