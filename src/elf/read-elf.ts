import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import type { ByteSource } from './byte-source.ts';
import { type ParsedElf, parseElf } from './parse-elf.ts';

export type ReadElf = ParsedElf | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly cause: string };

const pageBytes = 8 * 1024;

/** Reads the few pages of a library that tell about it: they are in many places, and the whole may have a hundred megabytes. */
export function readElf(path: string): ReadElf {
  let descriptor: number;
  try {
    // Not blocked by a pipe of that name.
    descriptor = openSync(path, 0o4000);
  } catch (error) {
    const { code, cause } = fileErrorOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'absent' } : { kind: 'unreadable', cause };
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { kind: 'unreadable', cause: 'not a file' };
    return parseElf(sourceOf(descriptor, stats.size));
  } catch (error) {
    return { kind: 'unreadable', cause: fileErrorOf(error).cause };
  } finally {
    closeSync(descriptor);
  }
}

function sourceOf(descriptor: number, size: number): ByteSource {
  const pages = new Map<number, Buffer>();
  const pageAt = (start: number): Buffer => {
    const known = pages.get(start);
    if (known !== undefined) return known;
    const page = Buffer.allocUnsafe(Math.min(pageBytes, size - start));
    const read = page.subarray(0, readSync(descriptor, page, 0, page.length, start));
    pages.set(start, read);
    return read;
  };
  return {
    size,
    read: (offset, length) => {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) return undefined;
      const start = offset - (offset % pageBytes);
      if (offset + length <= start + pageBytes && length > 0) {
        const bytes = pageAt(start).subarray(offset - start, offset - start + length);
        return bytes.length === length ? bytes : undefined;
      }
      const bytes = Buffer.alloc(length);
      return readSync(descriptor, bytes, 0, length, offset) === length ? bytes : undefined;
    },
  };
}
