import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from './errors.ts';

/**
 * Installs `text` at `path`: a temporary file beside it, fsync, rename, fsync of the folder. A reader sees the old text
 * or the new one, also after a power cut. Unchanged text is not written.
 *
 * `accept` may look at the temporary file and refuse it by returning a reason; then nothing is replaced.
 */
export async function writeFileAtomically(
  path: string,
  text: string,
  accept: (temporaryPath: string) => Promise<string | undefined> = async () => undefined,
): Promise<WriteOutcome> {
  if (readTextIfPresent(path) === text) return { kind: 'unchanged' };
  const temporaryPath = `${path}.new`;
  try {
    writeAndSync(temporaryPath, text);
    const refusal = await accept(temporaryPath);
    if (refusal !== undefined) return { kind: 'refused', reason: refusal };
    renameSync(temporaryPath, path);
    syncFolder(dirname(path));
    return { kind: 'written' };
  } finally {
    rmSync(temporaryPath, { force: true });
  }
}

export type WriteOutcome =
  | { readonly kind: 'written' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: string };

export function readTextIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function writeAndSync(path: string, text: string): void {
  rmSync(path, { force: true });
  // 'wx': never through a link that somebody put there
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
