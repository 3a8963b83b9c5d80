import type { ByteSource } from './byte-source.ts';
import { type DynamicSection, dynamicTag } from './dynamic-section.ts';
import type { ElfNumbers } from './elf-numbers.ts';

/** `GLIBC_2.38` of `libc.so.6`. */
export interface NeededVersion {
  readonly file: string;
  readonly version: string;
}

const mostEntries = 4096;
const weak = 2;

/**
 * The versions without which the loader refuses a library:
 * https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html. Weak ones it does without.
 */
export function parseNeededVersions(
  source: ByteSource,
  dynamic: DynamicSection,
  numbers: ElfNumbers,
): readonly NeededVersion[] {
  const needed: NeededVersion[] = [];
  eachEntry(dynamic, dynamicTag.versionsNeeded, dynamicTag.versionsNeededCount, (at) => {
    const entry = source.read(at, 16);
    if (entry === undefined) return 0;
    const file = dynamic.text(numbers.u32(entry, 4));
    let next = at + numbers.u32(entry, 8);
    for (let left = Math.min(numbers.u16(entry, 2), mostEntries); left > 0; left -= 1) {
      const one = source.read(next, 16);
      if (one === undefined) break;
      const version = dynamic.text(numbers.u32(one, 8));
      const isWeak = (numbers.u16(one, 4) & weak) !== 0;
      if (!isWeak && file !== undefined && version !== undefined) needed.push({ file, version });
      const step = numbers.u32(one, 12);
      if (step === 0) break;
      next += step;
    }
    return numbers.u32(entry, 12);
  });
  return needed;
}

/** The versions that a library has; the first of them is its own name. */
export function parseDefinedVersions(
  source: ByteSource,
  dynamic: DynamicSection,
  numbers: ElfNumbers,
): readonly string[] {
  const defined: string[] = [];
  eachEntry(dynamic, dynamicTag.versionsDefined, dynamicTag.versionsDefinedCount, (at) => {
    const entry = source.read(at, 20);
    if (entry === undefined) return 0;
    const name = source.read(at + numbers.u32(entry, 12), 8);
    const version = name === undefined ? undefined : dynamic.text(numbers.u32(name, 0));
    if (version !== undefined) defined.push(version);
    return numbers.u32(entry, 16);
  });
  return defined;
}

/** `visit` gives the distance to the next entry; 0 after the last one. */
function eachEntry(dynamic: DynamicSection, tag: number, countTag: number, visit: (at: number) => number): void {
  let at = dynamic.offset(tag);
  if (at === undefined) return;
  for (let left = Math.min(dynamic.value(countTag) ?? 0, mostEntries); left > 0; left -= 1) {
    const step = visit(at);
    if (step === 0) return;
    at += step;
  }
}
