import { endianness } from 'node:os';
import type { ElfTarget } from './elf-target.ts';

/** The numbers of a file in its byte order. */
export interface ElfNumbers {
  readonly u16: (bytes: Buffer, offset: number) => number;
  readonly u32: (bytes: Buffer, offset: number) => number;
  /** Exact up to 2^53: what is beyond is in no file. */
  readonly u64: (bytes: Buffer, offset: number) => number;
  /** All numbers of 32 bit, one after the other. */
  readonly words: (bytes: Buffer) => Uint32Array;
}

const little: ElfNumbers = {
  u16: (bytes, offset) => bytes.readUInt16LE(offset),
  u32: (bytes, offset) => bytes.readUInt32LE(offset),
  u64: (bytes, offset) => bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 0x1_0000_0000,
  words: (bytes) => wordsIn(bytes, 'LE'),
};

const big: ElfNumbers = {
  u16: (bytes, offset) => bytes.readUInt16BE(offset),
  u32: (bytes, offset) => bytes.readUInt32BE(offset),
  u64: (bytes, offset) => bytes.readUInt32BE(offset) * 0x1_0000_0000 + bytes.readUInt32BE(offset + 4),
  words: (bytes) => wordsIn(bytes, 'BE'),
};

/** A copy: views of numbers begin where a number can begin, and pieces of a page need not. */
function wordsIn(bytes: Buffer, order: ReturnType<typeof endianness>): Uint32Array {
  const words = new Uint32Array(bytes.length >>> 2);
  const copy = Buffer.from(words.buffer);
  bytes.copy(copy, 0, 0, copy.length);
  if (endianness() !== order) copy.swap32();
  return words;
}

export function numbersOf({ order }: ElfTarget): ElfNumbers {
  return order === 'big' ? big : little;
}
