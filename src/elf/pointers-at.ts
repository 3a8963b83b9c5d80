import { dynamicTag } from './dynamic-section.ts';
import { offsetOf } from './elf-segments.ts';
import type { OpenedElf } from './opened-elf.ts';

const pointerBytes = 8;
const relocationBytes = 24;
const mostRelocations = 200_000;

/**
 * Where pointers in the memory of a library lead, each undefined where it is null: one is in the file, or among the
 * relocations that the loader writes to its place. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.reloc.html
 */
export function pointersAt(elf: OpenedElf, addresses: readonly number[]): readonly (number | undefined)[] {
  const inFile = addresses.map((address) => pointerInFile(elf, address));
  const relocated = relocatedAt(elf, new Set(addresses.filter((_, index) => inFile[index] === undefined)));
  return addresses.map((address, index) => inFile[index] ?? relocated.get(address));
}

function pointerInFile({ source, segments, numbers }: OpenedElf, address: number): number | undefined {
  const offset = offsetOf(segments, address);
  const bytes = offset === undefined ? undefined : source.read(offset, pointerBytes);
  return (bytes === undefined ? 0 : numbers.u64(bytes, 0)) || undefined;
}

function relocatedAt(elf: OpenedElf, wanted: ReadonlySet<number>): ReadonlyMap<number, number> {
  const { source, dynamic, numbers } = elf;
  const found = new Map<number, number>();
  const offset = dynamic.offset(dynamicTag.relocations);
  const count = Math.floor((dynamic.value(dynamicTag.relocationBytes) ?? 0) / relocationBytes);
  const bytes = Math.min(count, mostRelocations) * relocationBytes;
  const table = offset === undefined || wanted.size === 0 ? undefined : source.read(offset, bytes);
  for (let at = 0; table !== undefined && at < table.length; at += relocationBytes) {
    const place = numbers.u64(table, at);
    // Those that go by a symbol are not of the library's own text.
    const symbol = Math.floor(numbers.u64(table, at + 8) / 0x1_0000_0000);
    if (symbol === 0 && wanted.has(place)) found.set(place, numbers.u64(table, at + 16));
  }
  return found;
}
