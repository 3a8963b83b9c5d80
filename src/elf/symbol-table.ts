import type { ByteSource } from './byte-source.ts';
import { dynamicTag } from './dynamic-section.ts';
import type { OpenedElf } from './opened-elf.ts';
import { openElf } from './parse-elf.ts';
import { symbolHash, symbolHashAt } from './symbol-hash.ts';

/** The symbols that a library has for others, and those that others must have for it to be loaded. */
export interface SymbolTable {
  /**
   * By `symbolHash` of a name, of which the last bit does not count. Two of a few hundred thousand names can have the same one;
   * then a symbol is not seen to be missing.
   */
  readonly defines: (hash: number) => boolean;
  /** The hashes of what it needs; without the weak ones, which may be missing. */
  readonly needed: readonly number[];
}

const symbolBytes = 24;
const mostSymbols = 2_000_000;
/** Of one hash value; where tables are sound there are a few. */
const longestChain = 10_000;
const local = 0;
const weak = 2;

/**
 * Undefined where the file does not have it all, or is for a machine of 32 bit. Names are not made of the bytes: there may be a
 * million, and for those that are defined the file has the hashes.
 */
export function parseSymbolsOf(source: ByteSource): SymbolTable | undefined {
  const opened = openElf(source);
  if ('kind' in opened) return undefined;
  const hashes = hashesOf(opened);
  const strings = stringsOf(opened);
  const needed = hashes && strings && neededSymbols(opened, hashes.rest, (at) => symbolHashAt(strings, at));
  return hashes === undefined || needed === undefined ? undefined : { defines: hashes.defines, needed };
}

/** The names of what a library needs, in the same order as their hashes; none where they are not all in the file. */
export function parseNeededNames(source: ByteSource): readonly string[] {
  const opened = openElf(source);
  if ('kind' in opened) return [];
  const hashes = hashesOf(opened);
  const strings = stringsOf(opened);
  return (hashes && strings && neededSymbols(opened, hashes.rest, (at) => nameAt(strings, at))) ?? [];
}

function nameAt(strings: Buffer, at: number): string | undefined {
  const end = strings.indexOf(0, at);
  return end < 0 ? undefined : strings.toString('utf8', at, end);
}

function hashesOf(opened: OpenedElf): ParsedHashes | undefined {
  const at = opened.dynamic.offset(dynamicTag.gnuHash);
  return at === undefined ? bySysvHash(opened) : byGnuHash(opened, at);
}

/** All names of a large library have a few megabytes. */
const mostStringBytes = 64 * 1024 * 1024;

function stringsOf({ source, dynamic }: OpenedElf): Buffer | undefined {
  const size = dynamic.value(dynamicTag.stringBytes);
  if (dynamic.strings === undefined || size === undefined || size > mostStringBytes) return undefined;
  return source.read(dynamic.strings, size);
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
  const startBytes = source.read(table, count * 4);
  if (startBytes === undefined) return undefined;
  const starts = numbers.words(startBytes);
  const known = Math.max(0, largest(starts) + 1 - first);
  // The chain of the last one goes on to the end, which it alone tells.
  const length = chainEnd(source, table + count * 4, known, numbers);
  const chainBytes = length === undefined ? undefined : source.read(table + count * 4, length * 4);
  if (chainBytes === undefined) return undefined;
  const chains = numbers.words(chainBytes);
  const defines = (hash: number): boolean => {
    const start = (starts[hash % count] ?? 0) - first;
    for (let index = start; index >= 0 && index < start + longestChain && index < chains.length; index += 1) {
      const entry = chains[index] ?? 1;
      if ((entry | 1) === (hash | 1)) return true;
      if ((entry & 1) === 1) return false;
    }
    return false;
  };
  return { defines, rest: first };
}

function largest(words: Uint32Array): number {
  let most = 0;
  for (const word of words) if (word > most) most = word;
  return most;
}

/** How many entries the chains have; undefined where the file ends before. */
function chainEnd(
  source: ByteSource,
  chains: number,
  known: number,
  { u32 }: OpenedElf['numbers'],
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

/** What `read` makes of each name that is needed; undefined where one of them is not in the file. */
function neededSymbols<Name>(
  { source, dynamic, numbers }: OpenedElf,
  rest: number,
  read: (at: number) => Name | undefined,
): readonly Name[] | undefined {
  const at = dynamic.offset(dynamicTag.symbols);
  const table = at === undefined || rest > mostSymbols ? undefined : source.read(at, rest * symbolBytes);
  if (table === undefined) return undefined;
  const needed: Name[] = [];
  for (let start = symbolBytes; start < table.length; start += symbolBytes) {
    const nameOffset = isNeeded(table, start) ? numbers.u32(table, start) : 0;
    if (nameOffset === 0) continue; // no name
    const name = read(nameOffset);
    if (name === undefined) return undefined;
    needed.push(name);
  }
  return needed;
}

/** https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.symtab.html */
function isNeeded(table: Buffer, start: number): boolean {
  if (table[start + 6] !== 0 || table[start + 7] !== 0) return false;
  const binding = (table[start + 4] ?? 0) >>> 4;
  return binding !== local && binding !== weak;
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
