import { type ElfNumbers, numbersOf } from '../elf/elf-numbers.ts';
import { type ElfTarget, machine } from '../elf/elf-target.ts';

const magic = 'glibc-ld.so.cache1.1';
const headerBytes = 48;
const entryBytes = 24;
/** Longer than any path that can be opened. */
const mostTextBytes = 4096;

/** FLAG_ELF_LIBC6 with what tells the machines apart: sysdeps/generic/ldconfig.h of glibc */
const flagsOf: ReadonlyMap<number, number> = new Map([
  [machine.x8664, 0x03_03],
  [machine.s390x, 0x04_03],
  [machine.ppc64, 0x05_03],
  [machine.aarch64, 0x0a_03],
  [machine.riscv64, 0x10_03],
]);

/** The upper half of an entry's `hwcap` that is one of a subfolder of glibc-hwcaps, without the bits of the level. */
const isHwcaps = 1 << 30;
const levelBits = 0x3ff;
const extensionMagic = 0xea_a4_21_74;
const hwcapsTag = 1;

/**
 * The path that /etc/ld.so.cache has for each name, for programs of that machine; empty if it is none that is understood.
 * `levels` are the subfolders of glibc-hwcaps that count, best first. The format is that of sysdeps/generic/dl-cache.h of
 * glibc, which has been the only one written since 2.32. Of several paths it takes one (_dl_load_cache_lookup): of the best
 * level, or else the first that is of none.
 */
export function parseLdCache(cache: Buffer, target: ElfTarget, levels: readonly string[]): ReadonlyMap<string, string> {
  const best = new Map<string, { readonly path: string; readonly rank: number }>();
  const start = cache.indexOf(magic);
  if (start < 0 || start + headerBytes > cache.length) return new Map();
  const numbers = numbersOf(target);
  const rankOf = ranks(cache, start, numbers, levels);
  const flags = flagsOf.get(target.machine);
  const count = Math.floor((cache.length - start - headerBytes) / entryBytes);
  const entries = Math.min(numbers.u32(cache, start + magic.length), count);
  for (let index = 0; index < entries; index += 1) {
    const at = start + headerBytes + index * entryBytes;
    if (flags !== undefined && numbers.u32(cache, at) !== flags) continue;
    const rank = rankOf(...halves(cache, at + 16, target));
    const name = rank === undefined ? undefined : textAt(cache, start + numbers.u32(cache, at + 4));
    const path = name === undefined ? undefined : textAt(cache, start + numbers.u32(cache, at + 8));
    if (rank === undefined || name === undefined || path === undefined) continue;
    const known = best.get(name);
    if (known === undefined || rank < known.rank) best.set(name, { path, rank });
  }
  return new Map([...best].map(([name, { path }]) => [name, path]));
}

/** The less, the better; undefined: for another processor. */
function ranks(
  cache: Buffer,
  start: number,
  numbers: ElfNumbers,
  levels: readonly string[],
): (lower: number, upper: number) => number | undefined {
  const names = hwcapsNames(cache, start, numbers);
  return (lower, upper) => {
    if (lower === 0 && upper === 0) return levels.length;
    // The older kind of subfolder, which 2.37 gave up.
    if ((upper & ~levelBits) !== isHwcaps) return levels.length + 1;
    const level = levels.indexOf(names[lower] ?? '');
    return level < 0 ? undefined : level;
  };
}

/** Both mean something, and together they are more than a number can be exact about. */
function halves(cache: Buffer, at: number, { order }: ElfTarget): readonly [lower: number, upper: number] {
  return order === 'big'
    ? [cache.readUInt32BE(at + 4), cache.readUInt32BE(at)]
    : [cache.readUInt32LE(at), cache.readUInt32LE(at + 4)];
}

/** By number, as entries name them: the extension behind the table, since 2.33. */
function hwcapsNames(cache: Buffer, start: number, numbers: ElfNumbers): readonly (string | undefined)[] {
  const word = (at: number): number => (at + 4 <= cache.length ? numbers.u32(cache, at) : 0);
  const extension = word(start + 32);
  if (extension === 0 || word(extension) !== extensionMagic) return [];
  const sections = Math.min(word(extension + 4), 16);
  const section = Array.from({ length: sections }, (_, index) => extension + 8 + index * 16).find(
    (at) => word(at) === hwcapsTag,
  );
  if (section === undefined) return [];
  const count = Math.min(Math.floor(word(section + 12) / 4), 256);
  return Array.from({ length: count }, (_, index) => textAt(cache, start + word(word(section + 8) + index * 4)));
}

function textAt(cache: Buffer, at: number): string | undefined {
  const bytes = cache.subarray(Math.min(at, cache.length), at + mostTextBytes);
  const end = bytes.indexOf(0);
  return end < 0 ? undefined : bytes.toString('utf8', 0, end);
}
