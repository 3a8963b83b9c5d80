import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '../lib/errors.ts';

export type DataDirectory =
  | { readonly kind: 'cluster'; readonly major: number }
  | { readonly kind: 'empty' }
  /** There is something in it, but no cluster. */
  | { readonly kind: 'foreign'; readonly entry: string };

/** What is in PGDATA: https://www.postgresql.org/docs/18/storage-file-layout.html */
export function observeDataDirectory(path: string): DataDirectory {
  try {
    const major = Number.parseInt(readFileSync(`${path}/PG_VERSION`, 'utf8'), 10);
    return { kind: 'cluster', major };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const [entry] = readdirSync(path);
  return entry === undefined ? { kind: 'empty' } : { kind: 'foreign', entry };
}
