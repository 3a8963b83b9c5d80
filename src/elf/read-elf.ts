import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import type { ByteSource } from './byte-source.ts';
import { findLibraryNames } from './library-names.ts';
import { type ParsedElf, parseElf } from './parse-elf.ts';
import { parseSymbolsOf, type SymbolTable } from './symbol-table.ts';

export type ReadElf = ParsedElf | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly cause: string };

const pageBytes = 8 * 1024;

/** Reads the few pages of a library that tell about it: they are in many places, and the whole may have a hundred megabytes. */
export function readElf(path: string): ReadElf {
  return withSource(path, parseElf);
}

/** The names that a library defines and needs; undefined where they cannot be read. */
export function readSymbols(path: string): SymbolTable | undefined {
  const read = withSource(path, (source) => ({ kind: 'symbols' as const, table: parseSymbolsOf(source) }));
  return read.kind === 'symbols' ? read.table : undefined;
}

/** The names of libraries that stand in a library; none where it cannot be read. */
export function readLibraryNames(path: string): readonly string[] {
  const read = withSource(path, (source) => ({ kind: 'names' as const, names: findLibraryNames(source) }));
  return read.kind === 'names' ? read.names : [];
}

type NotRead = Exclude<ReadElf, ParsedElf>;

function withSource<Result>(path: string, parse: (source: ByteSource) => Result): Result | NotRead {
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
    return parse(sourceOf(descriptor, stats.size));
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
