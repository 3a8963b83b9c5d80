import type { ElfTarget } from './elf-target.ts';

/** The numbers of a file in its byte order. */
export interface ElfNumbers {
  readonly u16: (bytes: Buffer, offset: number) => number;
  readonly u32: (bytes: Buffer, offset: number) => number;
  /** Exact up to 2^53: what is beyond is in no file. */
  readonly u64: (bytes: Buffer, offset: number) => number;
}

const little: ElfNumbers = {
  u16: (bytes, offset) => bytes.readUInt16LE(offset),
  u32: (bytes, offset) => bytes.readUInt32LE(offset),
  u64: (bytes, offset) => bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 0x1_0000_0000,
};

const big: ElfNumbers = {
  u16: (bytes, offset) => bytes.readUInt16BE(offset),
  u32: (bytes, offset) => bytes.readUInt32BE(offset),
  u64: (bytes, offset) => bytes.readUInt32BE(offset) * 0x1_0000_0000 + bytes.readUInt32BE(offset + 4),
};

export function numbersOf({ order }: ElfTarget): ElfNumbers {
  return order === 'big' ? big : little;
}
