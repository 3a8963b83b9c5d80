import { type ByteSource, readText } from './byte-source.ts';
import { programHeaders } from './elf-header.ts';
import type { ElfNumbers } from './elf-numbers.ts';

/** What the program headers say: the part of the file that the loader looks at. https://man7.org/linux/man-pages/man5/elf.5.html */
export interface ElfSegments {
  readonly loads: readonly LoadSegment[];
  /** Where in memory the dynamic section is, and its bytes in the file. */
  readonly dynamic: { readonly address: number; readonly size: number } | undefined;
  /** The loader that a program asks for: `/lib64/ld-linux-x86-64.so.2`. */
  readonly interpreter: string | undefined;
  /** What it says of the stack on which its code runs. */
  readonly stack: 'executable' | 'plain' | 'unsaid';
  /** The least size that the file must have: the end of the last segment that is mapped. */
  readonly end: number;
}

/** A piece of the file, and its place in memory. */
export interface LoadSegment {
  readonly offset: number;
  readonly address: number;
  /** In the file; in memory zeros may follow. */
  readonly size: number;
}

const type = { load: 1, dynamic: 2, interpreter: 3, stack: 0x64_74_e5_51 } as const;
const executable = 1;
const entryBytes = 56;
/** The smallest that there is: what does not fit it fits no larger one. */
const pageBytes = 4096;

/** Of a file of 64 bit; `refused` is why the loader does not map it. */
export function parseSegments(
  source: ByteSource,
  header: Buffer,
  numbers: ElfNumbers,
): ElfSegments | { readonly refused: string } {
  const { offset, count } = programHeaders(header, numbers);
  const table = source.read(offset, count * entryBytes);
  if (table === undefined) return { refused: 'cannot read file data: the program headers are not in the file' };
  const entries = Array.from({ length: count }, (_, index) => {
    const at = index * entryBytes;
    return {
      type: numbers.u32(table, at),
      flags: numbers.u32(table, at + 4),
      offset: numbers.u64(table, at + 8),
      address: numbers.u64(table, at + 16),
      size: numbers.u64(table, at + 32),
    };
  });
  const loads = entries.filter((entry) => entry.type === type.load);
  if (loads.some((load) => load.address % pageBytes !== load.offset % pageBytes)) {
    return { refused: 'ELF load command address/offset not page-aligned' };
  }
  if (loads.length === 0) return { refused: 'object file has no loadable segments' };
  const stack = entries.findLast((entry) => entry.type === type.stack);
  const interpreter = entries.find((entry) => entry.type === type.interpreter);
  return {
    loads,
    dynamic: entries.findLast((entry) => entry.type === type.dynamic),
    interpreter: interpreter === undefined ? undefined : readText(source, interpreter.offset),
    stack: stack === undefined ? 'unsaid' : (stack.flags & executable) === 0 ? 'plain' : 'executable',
    end: loads.reduce((end, load) => Math.max(end, load.size === 0 ? 0 : load.offset + load.size), 0),
  };
}

/** Where in the file the bytes are that will be at an address of memory. */
export function offsetOf(segments: ElfSegments, address: number): number | undefined {
  return pieceAt(segments, address)?.offset;
}

/** The same, with how many bytes of the segment follow from there on. */
export function pieceAt(
  { loads }: ElfSegments,
  address: number,
): { readonly offset: number; readonly size: number } | undefined {
  const load = loads.find((one) => address >= one.address && address < one.address + one.size);
  if (load === undefined) return undefined;
  const before = address - load.address;
  return { offset: load.offset + before, size: load.size - before };
}
