import { closeSync, constants, openSync, readSync, type Stats, statSync } from 'node:fs';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import type { ByteSource } from './byte-source.ts';
import { findLibraryNames } from './library-names.ts';
import { type ParsedElf, parseElf } from './parse-elf.ts';
import { type ScratchMemory, scratchMemory } from './scratch-memory.ts';
import { parseNeededNames, parseSymbolsOf, type SymbolTable } from './symbol-table.ts';

/** `file` is the same for all paths of one file. `code` is that of the system: `EACCES`. */
export type ReadElf =
  | (ParsedElf & { readonly file: string })
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly cause: string; readonly code: string };

const pageBytes = 16 * 1024;

/** Reads the few pages of a library that tell about it: they are in many places, and the whole may have a hundred megabytes. */
export function readElf(path: string, memory = scratchMemory()): ReadElf {
  return withSource(path, memory, (source, file) => ({ ...parseElf(source), file }));
}

/** What a library defines and needs; undefined where it cannot be read. */
export function readSymbols(path: string, memory = scratchMemory()): SymbolTable | undefined {
  return fromFile(path, memory, parseSymbolsOf);
}

/** The names of what a library needs; none where they cannot be read. */
export function readNeededNames(path: string): readonly string[] {
  return fromFile(path, scratchMemory(), parseNeededNames) ?? [];
}

/** The names of libraries that stand in a library; none where it cannot be read. */
export function readLibraryNames(path: string): readonly string[] {
  return fromFile(path, scratchMemory(), findLibraryNames) ?? [];
}

function fromFile<Result>(
  path: string,
  memory: ScratchMemory,
  parse: (source: ByteSource) => Result,
): Result | undefined {
  const read = withSource(path, memory, (source) => ({ kind: 'parsed', result: parse(source) }) as const);
  return read.kind === 'parsed' ? read.result : undefined;
}

type NotOpened = Extract<ReadElf, { readonly kind: 'absent' | 'unreadable' | 'damaged' }>;

/** What `parse` returns must not hold what it has read. */
function withSource<Result>(
  path: string,
  memory: ScratchMemory,
  parse: (source: ByteSource, file: string) => Result,
): Result | NotOpened {
  let descriptor: number | undefined;
  try {
    // Most paths of a search lead nowhere, and to throw takes longer than to look.
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return { kind: 'absent' };
    const file = `${found.dev}:${found.ino}`;
    if (!found.isFile()) return { kind: 'damaged', how: 'refused', cause: whatElse(found), file };
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    memory.reset();
    return parse(sourceOf(descriptor, found.size, memory), file);
  } catch (error) {
    return { kind: 'unreadable', ...fileErrorOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function whatElse(found: Stats): string {
  return `cannot read file data: it is ${found.isDirectory() ? 'a folder' : 'no regular file'}`;
}

/**
 * A call of the system costs more than the bytes that it copies: the first one brings nearly all of what is asked for, the
 * others are for what stands at the end.
 */
function sourceOf(descriptor: number, size: number, memory: ScratchMemory): ByteSource {
  const pages = new Map<number, Buffer>();
  const pageAt = (start: number): Buffer => {
    const known = pages.get(start);
    if (known !== undefined) return known;
    const page = memory.take(Math.min(pageBytes, size - start));
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
      const bytes = memory.take(length);
      return readSync(descriptor, bytes, 0, length, offset) === length ? bytes : undefined;
    },
  };
}
