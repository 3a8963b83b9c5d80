import { type ByteSource, readText } from './byte-source.ts';
import type { ElfNumbers } from './elf-numbers.ts';
import { type ElfSegments, offsetOf, pieceAt } from './elf-segments.ts';

/** The table from which the loader works: https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html */
export interface DynamicSection {
  /** The last value of a tag, which is the one that the loaders keep. */
  readonly value: (tag: number) => number | undefined;
  readonly values: (tag: number) => readonly number[];
  /** A text of the string table. */
  readonly text: (at: number) => string | undefined;
  /** Where in the file the string table is. */
  readonly strings: number | undefined;
  /** Where in the file the table is whose address a tag has. */
  readonly offset: (tag: number) => number | undefined;
}

export const dynamicTag = {
  needed: 1,
  hash: 4,
  strings: 5,
  symbols: 6,
  relocations: 7,
  relocationBytes: 8,
  stringBytes: 10,
  soname: 14,
  rpath: 15,
  runpath: 29,
  gnuHash: 0x6f_ff_fe_f5,
  flags1: 0x6f_ff_ff_fb,
  versionsDefined: 0x6f_ff_ff_fc,
  versionsNeeded: 0x6f_ff_ff_fe,
} as const;

const entryBytes = 16;
/** Large libraries have a hundred. */
const mostEntries = 4096;

/** Undefined where there is none. As for the loader, the address counts, and not where the header says that it is in the file. */
export function parseDynamicSection(
  source: ByteSource,
  segments: ElfSegments,
  numbers: ElfNumbers,
): DynamicSection | undefined {
  const { dynamic } = segments;
  const piece = dynamic === undefined ? undefined : pieceAt(segments, dynamic.address);
  if (dynamic === undefined || piece === undefined) return undefined;
  const count = Math.min(Math.floor(Math.min(dynamic.size, piece.size) / entryBytes), mostEntries);
  const table = source.read(piece.offset, count * entryBytes);
  if (table === undefined || count === 0) return undefined;
  const values = new Map<number, number[]>();
  for (let at = 0; at < table.length; at += entryBytes) {
    const tag = numbers.u64(table, at);
    if (tag === 0) break;
    const known = values.get(tag);
    const value = numbers.u64(table, at + 8);
    if (known === undefined) values.set(tag, [value]);
    else known.push(value);
  }
  const value = (tag: number): number | undefined => values.get(tag)?.at(-1);
  const offset = (tag: number): number | undefined => {
    const address = value(tag);
    return address === undefined ? undefined : offsetOf(segments, address);
  };
  const strings = offset(dynamicTag.strings);
  return {
    value,
    values: (tag) => values.get(tag) ?? [],
    text: (at) => (strings === undefined ? undefined : readText(source, strings + at)),
    strings,
    offset,
  };
}
