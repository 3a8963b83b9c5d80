import type { ByteSource } from './byte-source.ts';
import { type DynamicSection, dynamicTag } from './dynamic-section.ts';
import type { ElfNumbers } from './elf-numbers.ts';

const symbolBytes = 24;
const longestChain = 100_000;

/** The address of a symbol that a library defines, found as the loader finds it; undefined if it defines none of that name. */
export function findSymbol(
  source: ByteSource,
  dynamic: DynamicSection,
  numbers: ElfNumbers,
  name: string,
): number | undefined {
  const symbols = dynamic.offset(dynamicTag.symbols);
  if (symbols === undefined) return undefined;
  const addressAt = (index: number): number | undefined => {
    const symbol = source.read(symbols + index * symbolBytes, symbolBytes);
    if (symbol === undefined || numbers.u16(symbol, 6) === 0) return undefined;
    return dynamic.text(numbers.u32(symbol, 0)) === name ? numbers.u64(symbol, 8) : undefined;
  };
  const read = (at: number): number | undefined => readU32(source, numbers, at);
  const gnu = dynamic.offset(dynamicTag.gnuHash);
  if (gnu !== undefined) return byGnuHash(gnu, read, addressAt, name);
  const hash = dynamic.offset(dynamicTag.hash);
  return hash === undefined ? undefined : bySysvHash(hash, read, addressAt, name);
}

type ReadNumber = (at: number) => number | undefined;

/** https://flapenguin.me/elf-dt-gnu-hash: the chain ends with an odd number. */
function byGnuHash(
  at: number,
  read: ReadNumber,
  addressAt: (index: number) => number | undefined,
  name: string,
): number | undefined {
  const [buckets, firstIndex, bloomWords] = [read(at), read(at + 4), read(at + 8)];
  if (buckets === undefined || buckets === 0 || firstIndex === undefined || bloomWords === undefined) return undefined;
  const hash = [...Buffer.from(name)].reduce((sum, byte) => (Math.imul(sum, 33) + byte) >>> 0, 5381);
  const bucketTable = at + 16 + bloomWords * 8;
  const chainTable = bucketTable + buckets * 4;
  const start = read(bucketTable + (hash % buckets) * 4) ?? 0;
  if (start < firstIndex || start === 0) return undefined;
  for (let index = start; index < start + longestChain; index += 1) {
    const entry = read(chainTable + (index - firstIndex) * 4);
    if (entry === undefined) return undefined;
    const address = (entry | 1) === (hash | 1) ? addressAt(index) : undefined;
    if (address !== undefined || (entry & 1) === 1) return address;
  }
  return undefined;
}

/** https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html#hash */
function bySysvHash(
  at: number,
  read: ReadNumber,
  addressAt: (index: number) => number | undefined,
  name: string,
): number | undefined {
  const buckets = read(at);
  if (buckets === undefined || buckets === 0) return undefined;
  const hash = [...Buffer.from(name)].reduce((sum, byte) => {
    const shifted = ((sum << 4) >>> 0) + byte;
    const high = shifted & 0xf0_00_00_00;
    return ((shifted ^ (high >>> 24)) & ~high) >>> 0;
  }, 0);
  let index = read(at + 8 + (hash % buckets) * 4) ?? 0;
  for (let steps = 0; index !== 0 && steps < longestChain; steps += 1) {
    const address = addressAt(index);
    if (address !== undefined) return address;
    index = read(at + 8 + (buckets + index) * 4) ?? 0;
  }
  return undefined;
}

function readU32(source: ByteSource, numbers: ElfNumbers, at: number): number | undefined {
  const bytes = source.read(at, 4);
  return bytes === undefined ? undefined : numbers.u32(bytes, 0);
}
