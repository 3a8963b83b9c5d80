import type { ByteSource } from './byte-source.ts';
import { dynamicTag } from './dynamic-section.ts';
import type { OpenedElf } from './opened-elf.ts';
import { openElf } from './parse-elf.ts';

/** The symbols that a library has for others, and those that others must have for it to be loaded. */
export interface SymbolTable {
  /**
   * By `symbolHash` of a name, of which the last bit does not count. Two of a few hundred thousand names can have the same one;
   * then a symbol is not seen to be missing.
   */
  readonly defines: (hash: number) => boolean;
  /** Without the weak ones, which may be missing. */
  readonly needed: readonly string[];
}

const symbolBytes = 24;
const mostSymbols = 2_000_000;
/** Of one hash value; where tables are sound there are a few. */
const longestChain = 10_000;
const local = 0;
const weak = 2;

/** What loaders look names up by: https://flapenguin.me/elf-dt-gnu-hash. 32 bit. */
export function symbolHash(name: string): number {
  let hash = 5381;
  for (let index = 0; index < name.length; index += 1) hash = (Math.imul(hash, 33) + name.charCodeAt(index)) >>> 0;
  return hash;
}

/**
 * Undefined where the file does not have it all, or is for a machine of 32 bit. Of the names only those that are needed are
 * read: the others may be a million, and the file has the hashes of all.
 */
export function parseSymbolsOf(source: ByteSource): SymbolTable | undefined {
  const opened = openElf(source);
  if ('kind' in opened) return undefined;
  const hashes = opened.dynamic.offset(dynamicTag.gnuHash);
  const parsed = hashes === undefined ? bySysvHash(opened) : byGnuHash(opened, hashes);
  const needed = parsed === undefined ? undefined : neededSymbols(opened, parsed.rest);
  return parsed === undefined || needed === undefined ? undefined : { defines: parsed.defines, needed };
}

interface ParsedHashes {
  readonly defines: SymbolTable['defines'];
  /** The numbers of the symbols that are not for others, up to this one: those that are needed are among them. */
  readonly rest: number;
}

function byGnuHash({ source, numbers }: OpenedElf, at: number): ParsedHashes | undefined {
  const header = source.read(at, 16);
  if (header === undefined) return undefined;
  const [count, first, filterWords] = [numbers.u32(header, 0), numbers.u32(header, 4), numbers.u32(header, 8)];
  const table = at + 16 + filterWords * 8;
  if (count === 0 || count > mostSymbols || first > mostSymbols) return undefined;
  const starts = source.read(table, count * 4);
  if (starts === undefined) return undefined;
  const last = lastStart(starts, count, numbers.u32);
  const known = Math.max(0, last + 1 - first);
  // The chain of the last one goes on to the end, which it alone tells.
  const length = chainEnd(source, table + count * 4, known, numbers.u32);
  const chains = length === undefined ? undefined : source.read(table + count * 4, length * 4);
  if (chains === undefined) return undefined;
  const defines = (hash: number): boolean => {
    const start = numbers.u32(starts, (hash % count) * 4) - first;
    for (let index = start; index >= 0 && index < start + longestChain && index * 4 < chains.length; index += 1) {
      const entry = numbers.u32(chains, index * 4);
      if ((entry | 1) === (hash | 1)) return true;
      if ((entry & 1) === 1) return false;
    }
    return false;
  };
  return { defines, rest: first };
}

function lastStart(starts: Buffer, count: number, u32: OpenedElf['numbers']['u32']): number {
  let last = 0;
  for (let index = 0; index < count; index += 1) last = Math.max(last, u32(starts, index * 4));
  return last;
}

/** How many entries the chains have; undefined where the file ends before. */
function chainEnd(
  source: ByteSource,
  chains: number,
  known: number,
  u32: OpenedElf['numbers']['u32'],
): number | undefined {
  if (known === 0) return 0;
  for (let index = known - 1; index < known + longestChain && index < mostSymbols; index += 1) {
    const entry = source.read(chains + index * 4, 4);
    if (entry === undefined) return undefined;
    if ((u32(entry, 0) & 1) === 1) return index + 1;
  }
  return undefined;
}

/** The older table has no hashes of this kind, so the names are read. */
function bySysvHash(opened: OpenedElf): ParsedHashes | undefined {
  const { source, dynamic, numbers } = opened;
  const at = dynamic.offset(dynamicTag.hash);
  const header = at === undefined ? undefined : source.read(at, 8);
  const count = header === undefined ? undefined : numbers.u32(header, 4);
  if (count === undefined || count > mostSymbols) return undefined;
  const defined = new Set<number>();
  for (let index = 1; index < count; index += 1) {
    const symbol = symbolAt(opened, index);
    if (symbol === undefined) return undefined;
    const name = symbol.isDefined && symbol.binding !== local ? dynamic.text(symbol.name) : undefined;
    if (name !== undefined) defined.add(symbolHash(name) | 1);
  }
  return { defines: (hash) => defined.has(hash | 1), rest: count };
}

function neededSymbols(opened: OpenedElf, rest: number): readonly string[] | undefined {
  const { source, dynamic, numbers } = opened;
  const at = dynamic.offset(dynamicTag.symbols);
  const table = at === undefined || rest > mostSymbols ? undefined : source.read(at, rest * symbolBytes);
  if (table === undefined) return undefined;
  const needed: string[] = [];
  for (let index = 1; index < rest; index += 1) {
    const symbol = parseSymbol(table, index * symbolBytes, numbers);
    if (symbol.isDefined || symbol.binding === local || symbol.binding === weak) continue;
    const name = dynamic.text(symbol.name);
    if (name === undefined) return undefined;
    if (name !== '') needed.push(name);
  }
  return needed;
}

interface Symbol {
  /** Where it is in the string table. */
  readonly name: number;
  readonly binding: number;
  readonly isDefined: boolean;
}

function symbolAt({ source, dynamic, numbers }: OpenedElf, index: number): Symbol | undefined {
  const at = dynamic.offset(dynamicTag.symbols);
  const bytes = at === undefined ? undefined : source.read(at + index * symbolBytes, symbolBytes);
  return bytes === undefined ? undefined : parseSymbol(bytes, 0, numbers);
}

/** https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.symtab.html */
function parseSymbol(bytes: Buffer, at: number, numbers: OpenedElf['numbers']): Symbol {
  return {
    name: numbers.u32(bytes, at),
    binding: bytes.readUInt8(at + 4) >>> 4,
    isDefined: numbers.u16(bytes, at + 6) !== 0,
  };
}
