import { dynamicTag } from './dynamic-section.ts';
import type { OpenedElf } from './opened-elf.ts';

/** `GLIBC_2.38` of `libc.so.6`. */
export interface NeededVersion {
  readonly file: string;
  readonly version: string;
}

const neededBytes = 16;
const definedBytes = 20;
/** Of all libraries of a distribution, libc has most: about 50. */
const mostVersions = 4096;
const weak = 2;

/**
 * The versions without which the loader refuses a library:
 * https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html. Weak ones it does
 * without. As it does, this goes from entry to entry and pays no heed to how many there are said to be.
 */
export function parseNeededVersions({ source, dynamic, numbers }: OpenedElf): readonly NeededVersion[] {
  const needed: NeededVersion[] = [];
  // All lists together: they may overlap, and each could be walked through from every entry.
  let left = mostVersions;
  for (let at = dynamic.offset(dynamicTag.versionsNeeded); at !== undefined && left > 0; ) {
    const entry = source.read(at, neededBytes);
    if (entry === undefined) break;
    const file = dynamic.text(numbers.u32(entry, 4));
    for (let one: number | undefined = at + numbers.u32(entry, 8); one !== undefined && left > 0; left -= 1) {
      const version = source.read(one, neededBytes);
      if (version === undefined) break;
      const name = dynamic.text(numbers.u32(version, 8));
      const isWeak = (numbers.u16(version, 4) & weak) !== 0;
      if (!isWeak && file !== undefined && name !== undefined) needed.push({ file, version: name });
      one = following(one, numbers.u32(version, 12));
    }
    at = following(at, numbers.u32(entry, 12));
    left -= 1;
  }
  return needed;
}

/** The versions that a library has; the first of them is its own name. */
export function parseDefinedVersions({ source, dynamic, numbers }: OpenedElf): readonly string[] {
  const defined: string[] = [];
  let left = mostVersions;
  for (let at = dynamic.offset(dynamicTag.versionsDefined); at !== undefined && left > 0; left -= 1) {
    const entry = source.read(at, definedBytes);
    if (entry === undefined) break;
    const name = source.read(at + numbers.u32(entry, 12), 8);
    const version = name === undefined ? undefined : dynamic.text(numbers.u32(name, 0));
    if (version !== undefined) defined.push(version);
    at = following(at, numbers.u32(entry, 16));
  }
  return defined;
}

/** Every entry tells how far it is to the next; 0 after the last one. */
function following(at: number, distance: number): number | undefined {
  return distance === 0 ? undefined : at + distance;
}
