import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { getSystemErrorMessage } from 'node:util';

/** `code` is the error's code (`ENOENT`) where the file system gave one. */
export type LimitedFile =
  | { readonly kind: 'read'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly cause: string; readonly code?: string };

/** Reads a small text file of someone else: a named pipe must not block the process, nor a huge file fill it. */
export function readLimitedFile(path: string, limitBytes: number): LimitedFile {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const status = fstatSync(descriptor);
    if (status.isDirectory()) return { kind: 'unreadable', cause: 'it is a folder', code: 'EISDIR' };
    if (!status.isFile()) return { kind: 'unreadable', cause: 'it is not a regular file' };
    if (status.size > limitBytes) {
      return { kind: 'unreadable', cause: `it has ${status.size} bytes, more than the ${limitBytes} that are read` };
    }
    return { kind: 'read', text: readText(descriptor, status.size) };
  } catch (error) {
    return { kind: 'unreadable', ...fileErrorOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What a file system call failed with, for people (`permission denied (EACCES)`); rethrows anything else. */
export function fileErrorOf(error: unknown): { readonly cause: string; readonly code: string } {
  if (!(error instanceof Error && 'code' in error && 'errno' in error)) throw error;
  const { code, errno } = error;
  if (typeof code !== 'string' || typeof errno !== 'number') throw error;
  return { cause: `${getSystemErrorMessage(errno)} (${code})`, code };
}

function readText(descriptor: number, size: number): string {
  const buffer = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(descriptor, buffer, filled, size - filled, null);
    if (count === 0) break;
    filled += count;
  }
  return buffer.toString('utf8', 0, filled);
}
