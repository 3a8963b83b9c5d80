import type { ByteSource } from './byte-source.ts';
import { type DynamicSection, dynamicTag } from './dynamic-section.ts';
import type { ElfNumbers } from './elf-numbers.ts';
import { openElf } from './parse-elf.ts';

/** The names that a library has for others, and those that others must have for it to be loaded. */
export interface SymbolTable {
  readonly defined: ReadonlySet<string>;
  /** Without the weak ones, which may be missing. */
  readonly needed: readonly string[];
}

const symbolBytes = 24;
const mostSymbols = 2_000_000;
const mostTextBytes = 256 * 1024 * 1024;
const local = 0;
const weak = 2;

/** Undefined where the file does not have it all, or is for a machine of 32 bit. */
export function parseSymbolsOf(source: ByteSource): SymbolTable | undefined {
  const opened = openElf(source);
  return 'kind' in opened ? undefined : parseSymbolTable(source, opened.dynamic, opened.numbers);
}

function parseSymbolTable(source: ByteSource, dynamic: DynamicSection, numbers: ElfNumbers): SymbolTable | undefined {
  const at = dynamic.offset(dynamicTag.symbols);
  const textAt = dynamic.offset(dynamicTag.strings);
  const textBytes = dynamic.value(dynamicTag.stringBytes) ?? 0;
  const count = countSymbols(source, dynamic, numbers);
  if (at === undefined || textAt === undefined || count === undefined) return undefined;
  if (count > mostSymbols || textBytes > mostTextBytes) return undefined;
  const symbols = source.read(at, count * symbolBytes);
  const text = source.read(textAt, textBytes);
  if (symbols === undefined || text === undefined) return undefined;
  const defined = new Set<string>();
  const needed: string[] = [];
  for (let position = symbolBytes; position + symbolBytes <= symbols.length; position += symbolBytes) {
    const binding = symbols.readUInt8(position + 4) >>> 4;
    const isDefined = numbers.u16(symbols, position + 6) !== 0;
    if (binding === local || (!isDefined && binding === weak)) continue;
    const start = numbers.u32(symbols, position);
    const end = start < text.length ? text.indexOf(0, start) : -1;
    if (end <= start) continue;
    const name = text.toString('latin1', start, end);
    if (isDefined) defined.add(name);
    else needed.push(name);
  }
  return { defined, needed };
}

/** The table does not say how long it is; the tables in which symbols are looked up lead to its last one. */
function countSymbols(source: ByteSource, dynamic: DynamicSection, numbers: ElfNumbers): number | undefined {
  const gnu = dynamic.offset(dynamicTag.gnuHash);
  if (gnu !== undefined) return countByGnuHash(source, gnu, numbers);
  const hash = dynamic.offset(dynamicTag.hash);
  const header = hash === undefined ? undefined : source.read(hash, 8);
  return header === undefined ? undefined : numbers.u32(header, 4);
}

function countByGnuHash(source: ByteSource, at: number, numbers: ElfNumbers): number | undefined {
  const header = source.read(at, 16);
  if (header === undefined) return undefined;
  const [buckets, first, bloomWords] = [numbers.u32(header, 0), numbers.u32(header, 4), numbers.u32(header, 8)];
  const table = at + 16 + bloomWords * 8;
  const starts = buckets > mostSymbols ? undefined : source.read(table, buckets * 4);
  if (starts === undefined) return undefined;
  let last = 0;
  for (let index = 0; index < buckets; index += 1) last = Math.max(last, numbers.u32(starts, index * 4));
  if (last < first) return first;
  for (let index = last; index < mostSymbols; index += 1) {
    const entry = source.read(table + (buckets + index - first) * 4, 4);
    if (entry === undefined) return undefined;
    if ((numbers.u32(entry, 0) & 1) === 1) return index + 1;
  }
  return undefined;
}
