import { readText } from './byte-source.ts';
import { offsetOf } from './elf-segments.ts';
import { findSymbol } from './find-symbol.ts';
import type { OpenedElf } from './opened-elf.ts';
import { pointersAt } from './pointers-at.ts';
import { returnedAddress } from './returned-address.ts';

/** What a library of PostgreSQL says of itself: https://www.postgresql.org/docs/18/xfunc-c.html#XFUNC-C-DYNLOAD */
export interface MagicBlock {
  /** The major version that it was built for; 9 for all of 9.x. */
  readonly major: number;
  /** FUNC_MAX_ARGS, INDEX_MAX_KEYS, NAMEDATALEN and FLOAT8PASSBYVAL; others before PostgreSQL 13. */
  readonly limits: readonly number[];
  /** `PostgreSQL`, or the vendor whose server it was built for; empty before PostgreSQL 15, where nothing tells. */
  readonly abi: string;
  /** Of PG_MODULE_MAGIC_EXT. */
  readonly name?: string;
  readonly version?: string;
}

/** `none`: no function tells of a block, so it is no library of PostgreSQL. `hidden`: it cannot be seen without a call. */
export type FoundMagic = { readonly kind: 'found'; readonly block: MagicBlock } | { readonly kind: 'none' | 'hidden' };

/**
 * Pg_magic_struct of fmgr.h: its length, then the version and three or four numbers, or five of them up to PostgreSQL 12;
 * since 15 a text of 32 bytes, and since 18 pointers to name and version of the module.
 */
const blockBytes = { since13: 24, before13: 28, since15: 56, since18: 72 } as const;
const at = { version: 4, limits: 8, abi: 24, name: 56, moduleVersion: 64 } as const;

/** The block is returned by a function, and has no symbol of its own. Never calls anything. */
export function findMagicBlock(elf: OpenedElf): FoundMagic {
  const code = findSymbol(elf, 'Pg_magic_func');
  if (code === undefined) return { kind: 'none' };
  const address = returnedAddress(elf, code);
  const returned = address === undefined ? undefined : parseBlock(elf, address);
  const block = returned ?? searchBlock(elf);
  return block === undefined ? { kind: 'hidden' } : { kind: 'found', block };
}

/** FUNC_MAX_ARGS, INDEX_MAX_KEYS and NAMEDATALEN as nobody changes them, and FLOAT8PASSBYVAL of 64 bit. */
const usualLimits = [100, 32, 64, 1] as const;
const pieceBytes = 1024 * 1024;
/** That is as far as the constants of large libraries go that say something; the rest of their bytes are code or tables. */
const mostSearchedBytes = 32 * 1024 * 1024;

/**
 * For machines and compilers whose instructions are not understood: the block is what looks like one. Only libraries of
 * PostgreSQL are searched, and those have one.
 */
function searchBlock(elf: OpenedElf): MagicBlock | undefined {
  const { source, segments, target } = elf;
  const limits = Buffer.alloc(usualLimits.length * 4);
  for (const [index, limit] of usualLimits.entries()) {
    if (target.order === 'big') limits.writeUInt32BE(limit, index * 4);
    else limits.writeUInt32LE(limit, index * 4);
  }
  let left = mostSearchedBytes;
  // Not all linkers keep constants and code apart.
  for (const load of segments.loads) {
    for (let start = 0; start < load.size && left > 0; start += pieceBytes) {
      // The pieces overlap by as much as may be on the border.
      const piece = source.read(load.offset + start, Math.min(pieceBytes + limits.length, load.size - start));
      left -= pieceBytes;
      if (piece === undefined) break;
      for (let found = piece.indexOf(limits); found >= 0; found = piece.indexOf(limits, found + 4)) {
        const block = parseBlock(elf, load.address + start + found - at.limits);
        if (block !== undefined) return block;
      }
    }
  }
  return undefined;
}

function parseBlock(elf: OpenedElf, address: number): MagicBlock | undefined {
  const { source, segments, numbers } = elf;
  const offset = offsetOf(segments, address);
  const start = offset === undefined ? undefined : source.read(offset, blockBytes.since13);
  if (offset === undefined || start === undefined) return undefined;
  const length = numbers.u32(start, 0);
  const version = numbers.u32(start, at.version);
  if (length < blockBytes.since13 || length > 4096 || version < 900 || version > 100_000) return undefined;
  const major = Math.floor(version / 100);
  const limits = usualLimits.map((_, index) => numbers.u32(start, at.limits + index * 4));
  if (length === blockBytes.since13 || length === blockBytes.before13) return { major, limits, abi: '' };
  const abiBytes = length < blockBytes.since15 ? undefined : source.read(offset + at.abi, at.name - at.abi);
  if (abiBytes === undefined) return undefined;
  const abi = abiBytes.toString('latin1').split('\0')[0] ?? '';
  if (length < blockBytes.since18) return { major, limits, abi };
  const [name, moduleVersion] = pointersAt(elf, [address + at.name, address + at.moduleVersion]).map((target) => {
    const text = target === undefined ? undefined : offsetOf(segments, target);
    return text === undefined ? undefined : readText(source, text);
  });
  return {
    major,
    limits,
    abi,
    ...(name === undefined ? {} : { name }),
    ...(moduleVersion === undefined ? {} : { version: moduleVersion }),
  };
}
