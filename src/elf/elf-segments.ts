import { type ByteSource, readText } from './byte-source.ts';
import type { ElfNumbers } from './elf-numbers.ts';

/** What the program headers say: the part of the file that the loader looks at. https://man7.org/linux/man-pages/man5/elf.5.html */
export interface ElfSegments {
  readonly loads: readonly LoadSegment[];
  readonly dynamic: { readonly offset: number; readonly size: number } | undefined;
  /** The loader that a program asks for: `/lib64/ld-linux-x86-64.so.2`. */
  readonly interpreter: string | undefined;
  /** The least size that the file must have: the end of the last segment that is mapped. */
  readonly end: number;
}

interface LoadSegment {
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

const type = { load: 1, dynamic: 2, interpreter: 3 } as const;
const entryBytes = 56;
const mostEntries = 4096;

/** Of a file of 64 bit; undefined where the headers are not in the file. */
export function parseSegments(source: ByteSource, header: Buffer, numbers: ElfNumbers): ElfSegments | undefined {
  const offset = numbers.u64(header, 32);
  const size = numbers.u16(header, 54);
  const count = numbers.u16(header, 56);
  if (size !== entryBytes || count === 0 || count > mostEntries) return undefined;
  const table = source.read(offset, count * entryBytes);
  if (table === undefined) return undefined;
  const entries = Array.from({ length: count }, (_, index) => {
    const at = index * entryBytes;
    return {
      type: numbers.u32(table, at),
      offset: numbers.u64(table, at + 8),
      address: numbers.u64(table, at + 16),
      size: numbers.u64(table, at + 32),
    };
  });
  const loads = entries.filter((entry) => entry.type === type.load);
  const dynamic = entries.find((entry) => entry.type === type.dynamic);
  const interpreter = entries.find((entry) => entry.type === type.interpreter);
  return {
    loads,
    dynamic,
    interpreter: interpreter === undefined ? undefined : readText(source, interpreter.offset),
    end: loads.reduce((end, load) => Math.max(end, load.size === 0 ? 0 : load.offset + load.size), 0),
  };
}

/** Where in the file the bytes are that will be at an address of memory. */
export function offsetOf({ loads }: ElfSegments, address: number): number | undefined {
  const load = loads.find((one) => address >= one.address && address < one.address + one.size);
  return load === undefined ? undefined : load.offset + (address - load.address);
}
