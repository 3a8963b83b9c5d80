import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** How far the log files of PostgreSQL have come that logging_collector writes. */
export interface CollectedLogEnd {
  /** Tells one start's list of log files from that of another: PostgreSQL writes a new one each time. */
  readonly index: string;
  readonly file: string;
  readonly bytes: number;
}

export const noCollectedLog: CollectedLogEnd = { index: '', file: '', bytes: 0 };

const mostBytes = 64 * 1024;

/** https://www.postgresql.org/docs/18/storage-file-layout.html: current_logfiles */
export function observeCollectedLogEnd(dataDirectory: string): CollectedLogEnd {
  const list = resolve(dataDirectory, 'current_logfiles');
  const status = statOf(list);
  const named = /^stderr (.+)$/m.exec(readEnd(list, 0))?.[1];
  if (status === undefined || named === undefined) return noCollectedLog;
  const file = resolve(dataDirectory, named);
  return { index: `${status.ino} ${status.mtimeMs}`, file, bytes: statOf(file)?.size ?? 0 };
}

/** The lines that were written since then into the file that is the current one now, the last of them if there are many. */
export function observeCollectedLog(dataDirectory: string, since: CollectedLogEnd): readonly string[] {
  const { file } = observeCollectedLogEnd(dataDirectory);
  if (file === '') return [];
  return readEnd(file, file === since.file ? since.bytes : 0)
    .split('\n')
    .filter(Boolean);
}

function statOf(path: string): { readonly ino: number; readonly mtimeMs: number; readonly size: number } | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Empty for whatever cannot be read: it is only where a reason may stand. */
function readEnd(path: string, from: number): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const status = fstatSync(descriptor);
    if (!status.isFile()) return '';
    const start = Math.max(from > status.size ? 0 : from, status.size - mostBytes);
    const buffer = Buffer.alloc(status.size - start);
    const count = readSync(descriptor, buffer, 0, buffer.length, start);
    return buffer.toString('utf8', 0, count);
  } catch {
    return '';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
