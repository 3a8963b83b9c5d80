import { dynamicTag } from './dynamic-section.ts';
import { machine } from './elf-target.ts';
import type { OpenedElf } from './opened-elf.ts';
import { symbolHash } from './symbol-hash.ts';

const symbolBytes = 24;
/** Of one hash value; where tables are sound there are a few. */
const longestChain = 10_000;

/** The address of a symbol that a library defines, found as the loader finds it; undefined if it defines none of that name. */
export function findSymbol(elf: OpenedElf, name: string): number | undefined {
  const addressAt = symbolReader(elf, name);
  const gnu = elf.dynamic.offset(dynamicTag.gnuHash);
  if (gnu !== undefined) return byGnuHash(gnu, wordReader(elf, 4), addressAt, name);
  const hash = elf.dynamic.offset(dynamicTag.hash);
  // Of all machines that images are made for, one has words of another size in this table.
  const wordBytes = elf.target.machine === machine.s390x ? 8 : 4;
  return hash === undefined ? undefined : bySysvHash(hash, wordReader(elf, wordBytes), addressAt, name);
}

/** The word so many places behind a place in the file. */
type ReadWord = (at: number, index: number) => number | undefined;
/** The address of the symbol of that number, if it has the name and is not one that the library itself looks for. */
type AddressAt = (index: number) => number | undefined;

function wordReader({ source, numbers }: OpenedElf, bytes: 4 | 8): ReadWord {
  const read = bytes === 4 ? numbers.u32 : numbers.u64;
  return (at, index) => {
    const word = source.read(at + index * bytes, bytes);
    return word === undefined ? undefined : read(word, 0);
  };
}

function symbolReader({ source, dynamic, numbers }: OpenedElf, name: string): AddressAt {
  const symbols = dynamic.offset(dynamicTag.symbols);
  const { strings } = dynamic;
  const wanted = Buffer.from(`${name}\0`);
  return (index) => {
    const symbol = symbols === undefined ? undefined : source.read(symbols + index * symbolBytes, symbolBytes);
    if (strings === undefined || symbol === undefined || numbers.u16(symbol, 6) === 0) return undefined;
    const isWanted = source.read(strings + numbers.u32(symbol, 0), wanted.length)?.equals(wanted) === true;
    return isWanted ? numbers.u64(symbol, 8) : undefined;
  };
}

/** https://flapenguin.me/elf-dt-gnu-hash: the chain ends with an odd number. */
function byGnuHash(at: number, word: ReadWord, addressAt: AddressAt, name: string): number | undefined {
  const [buckets, firstIndex, filterWords] = [word(at, 0), word(at, 1), word(at, 2)];
  if (buckets === undefined || buckets === 0 || firstIndex === undefined || filterWords === undefined) return undefined;
  const hash = symbolHash(name);
  // Four words, then a filter of 64 bit each.
  const bucketTable = 4 + filterWords * 2;
  const start = word(at, bucketTable + (hash % buckets)) ?? 0;
  if (start < firstIndex || start === 0) return undefined;
  for (let index = start; index < start + longestChain; index += 1) {
    const entry = word(at, bucketTable + buckets + (index - firstIndex));
    if (entry === undefined) return undefined;
    const address = (entry | 1) === (hash | 1) ? addressAt(index) : undefined;
    if (address !== undefined || (entry & 1) === 1) return address;
  }
  return undefined;
}

/** https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html#hash */
function bySysvHash(at: number, word: ReadWord, addressAt: AddressAt, name: string): number | undefined {
  const [buckets, symbols] = [word(at, 0), word(at, 1)];
  if (buckets === undefined || buckets === 0 || symbols === undefined) return undefined;
  const hash = [...Buffer.from(name)].reduce((sum, byte) => {
    const shifted = ((sum << 4) >>> 0) + byte;
    const high = shifted & 0xf0_00_00_00;
    return ((shifted ^ (high >>> 24)) & ~high) >>> 0;
  }, 0);
  // A chain that leads back to itself ends when it has been at every symbol.
  const most = Math.min(symbols, longestChain);
  let index = word(at, 2 + (hash % buckets)) ?? 0;
  for (let steps = 0; index !== 0 && steps < most; steps += 1) {
    const address = addressAt(index);
    if (address !== undefined) return address;
    index = word(at, 2 + buckets + index) ?? 0;
  }
  return undefined;
}
