import { type ByteSource, readText } from './byte-source.ts';
import { type DynamicSection, dynamicTag } from './dynamic-section.ts';
import type { ElfNumbers } from './elf-numbers.ts';
import { type ElfSegments, offsetOf } from './elf-segments.ts';
import type { ElfTarget } from './elf-target.ts';
import { findSymbol } from './find-symbol.ts';

/** What a library of PostgreSQL says of itself: https://www.postgresql.org/docs/18/xfunc-c.html#XFUNC-C-DYNLOAD */
export interface MagicBlock {
  /** The major version that it was built for. */
  readonly major: number;
  /** FUNC_MAX_ARGS, INDEX_MAX_KEYS, NAMEDATALEN and FLOAT8PASSBYVAL. */
  readonly limits: readonly number[];
  /** `PostgreSQL`, or the vendor whose server it was built for. */
  readonly abi: string;
  /** Of PG_MODULE_MAGIC_EXT. */
  readonly name?: string;
  readonly version?: string;
}

/** `none`: no function tells of a block, so it is no library of PostgreSQL. `hidden`: it cannot be seen without a call. */
export type FoundMagic = { readonly kind: 'found'; readonly block: MagicBlock } | { readonly kind: 'none' | 'hidden' };

interface Reading {
  readonly source: ByteSource;
  readonly segments: ElfSegments;
  readonly dynamic: DynamicSection;
  readonly numbers: ElfNumbers;
}

/** Pg_magic_struct of fmgr.h: its length and five numbers, 32 bytes of text, and since 18 pointers to name and version. */
const blockBytes = { before18: 56, since18: 72 } as const;
const at = { version: 4, limits: [8, 12, 16, 20], abi: 24, name: 56, moduleVersion: 64 } as const;

/**
 * The block is returned by a function, and has no symbol of its own: what the function's few instructions return is read
 * off them, as compilers write them for the two machines that images are made for.
 */
export function findMagicBlock(reading: Reading, { machine }: ElfTarget): FoundMagic {
  const { source, segments, dynamic, numbers } = reading;
  const code = findSymbol(source, dynamic, numbers, 'Pg_magic_func');
  if (code === undefined) return { kind: 'none' };
  const offset = offsetOf(segments, code);
  const instructions = offset === undefined ? undefined : source.read(offset, 32);
  if (instructions === undefined) return { kind: 'hidden' };
  const address = machine === 62 ? returnedOnX86(instructions, code) : returnedOnArm(instructions, code, machine);
  const block = address === undefined ? undefined : parseBlock(reading, address);
  return block === undefined ? { kind: 'hidden' } : { kind: 'found', block };
}

/** `lea rax, [rip + distance]`, behind the usual first instructions of a function. */
function returnedOnX86(code: Buffer, address: number): number | undefined {
  let position = 0;
  for (const usual of ['f30f1efa', '55', '4889e5']) {
    const bytes = Buffer.from(usual, 'hex');
    if (code.subarray(position, position + bytes.length).equals(bytes)) position += bytes.length;
  }
  if (code.toString('hex', position, position + 3) !== '488d05') return undefined;
  return address + position + 7 + code.readInt32LE(position + 3);
}

/** `adrp x0, page` and `add x0, x0, offset`, behind a landing pad. */
function returnedOnArm(code: Buffer, address: number, machine: number): number | undefined {
  if (machine !== 183) return undefined;
  const first = code.readUInt32LE(0);
  const position = first === 0xd5_03_24_5f || first === 0xd5_03_23_3f ? 4 : 0;
  const [page, add] = [code.readUInt32LE(position), code.readUInt32LE(position + 4)];
  if ((page & 0x9f_00_00_1f) >>> 0 !== 0x90_00_00_00 || (add & 0xff_c0_03_ff) >>> 0 !== 0x91_00_00_00) return undefined;
  // A signed number of 21 bits.
  const pages = (((((page >>> 5) & 0x7_ffff) << 2) | ((page >>> 29) & 3)) << 11) >> 11;
  return (Math.floor((address + position) / 4096) + pages) * 4096 + ((add >>> 10) & 0xfff);
}

function parseBlock(reading: Reading, address: number): MagicBlock | undefined {
  const { source, segments, numbers } = reading;
  const offset = offsetOf(segments, address);
  const block = offset === undefined ? undefined : source.read(offset, blockBytes.before18);
  if (offset === undefined || block === undefined) return undefined;
  const length = numbers.u32(block, 0);
  const version = numbers.u32(block, at.version);
  if (length < blockBytes.before18 || length > 4096 || version < 900 || version > 100_000) return undefined;
  const abi = block.toString('latin1', at.abi).split('\0')[0] ?? '';
  const major = Math.floor(version / 100);
  const limits = at.limits.map((position) => numbers.u32(block, position));
  if (length < blockBytes.since18) return { major, limits, abi };
  const name = textAtPointer(reading, address + at.name);
  const moduleVersion = textAtPointer(reading, address + at.moduleVersion);
  return {
    major,
    limits,
    abi,
    ...(name === undefined ? {} : { name }),
    ...(moduleVersion === undefined ? {} : { version: moduleVersion }),
  };
}

/** A pointer is in the file, or among the relocations that the loader writes to its place. */
function textAtPointer(reading: Reading, address: number): string | undefined {
  const { source, segments, numbers } = reading;
  const offset = offsetOf(segments, address);
  const bytes = offset === undefined ? undefined : source.read(offset, 8);
  if (bytes === undefined) return undefined;
  const target = numbers.u64(bytes, 0) || relocated(reading, address);
  const text = target === undefined ? undefined : offsetOf(segments, target);
  return text === undefined ? undefined : readText(source, text, 256);
}

const relocationBytes = 24;
const mostRelocationBytes = 4 * 1024 * 1024;

function relocated({ source, dynamic, numbers }: Reading, address: number): number | undefined {
  const offset = dynamic.offset(dynamicTag.relocations);
  const size = Math.min(dynamic.value(dynamicTag.relocationBytes) ?? 0, mostRelocationBytes);
  const table = offset === undefined ? undefined : source.read(offset, size);
  if (table === undefined) return undefined;
  for (let position = 0; position + relocationBytes <= table.length; position += relocationBytes) {
    if (numbers.u64(table, position) === address) return numbers.u64(table, position + 16);
  }
  return undefined;
}
