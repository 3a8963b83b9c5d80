import type { ByteSource } from './byte-source.ts';
import { type DynamicSection, dynamicTag, parseDynamicSection } from './dynamic-section.ts';
import { numbersOf } from './elf-numbers.ts';
import { parseSegments } from './elf-segments.ts';
import { type ElfTarget, elfHeaderBytes, parseTarget } from './elf-target.ts';
import { type FoundMagic, findMagicBlock } from './magic-block.ts';
import { type NeededVersion, parseDefinedVersions, parseNeededVersions } from './symbol-versions.ts';

/** A program or a library, as far as the loader and PostgreSQL care. */
export interface ElfFile {
  readonly target: ElfTarget;
  readonly soname: string | undefined;
  readonly needed: readonly string[];
  /** The elements of DT_RPATH and DT_RUNPATH, as they are written. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** DF_1_NODEFLIB: neither the cache nor the default folders are searched for what it needs. */
  readonly isWithoutDefaults: boolean;
  readonly interpreter: string | undefined;
  readonly versionsNeeded: readonly NeededVersion[];
  readonly versionsDefined: readonly string[];
  readonly magic: FoundMagic;
}

/**
 * `damaged`: the loader refuses it (`refused`), or maps it and dies as soon as it touches what is not there (`truncated`).
 * `unknown`: made for a machine of 32 bit, into which this does not look.
 */
export type ParsedElf =
  | { readonly kind: 'elf'; readonly elf: ElfFile }
  | { readonly kind: 'unknown'; readonly target: ElfTarget }
  | { readonly kind: 'damaged'; readonly how: 'refused' | 'truncated'; readonly cause: string };

const headerBytes = 64;
const noDefaults = 0x800;

/** Never throws, whatever the bytes are. The causes are those that the loader gives, where it gives one. */
export function parseElf(source: ByteSource): ParsedElf {
  const start = source.read(0, Math.min(source.size, headerBytes)) ?? Buffer.alloc(0);
  const target = parseTarget(start);
  if (target === undefined) return refused(start.length < elfHeaderBytes ? 'file too short' : 'invalid ELF header');
  if (target.bits !== 64) return { kind: 'unknown', target };
  if (start.length < headerBytes) return refused('file too short');
  const numbers = numbersOf(target);
  const segments = parseSegments(source, start, numbers);
  if (segments === undefined) return refused('the program headers are not in the file');
  if (segments.end > source.size) {
    const cause = `it ends after ${source.size} bytes and should have at least ${segments.end}`;
    return { kind: 'damaged', how: 'truncated', cause };
  }
  const dynamic = parseDynamicSection(source, segments, numbers);
  if (dynamic === undefined) return refused('object file has no dynamic section');
  return {
    kind: 'elf',
    elf: {
      target,
      soname: textOf(dynamic, dynamicTag.soname),
      needed: dynamic.values(dynamicTag.needed).flatMap((at) => dynamic.text(at) ?? []),
      rpath: elementsOf(textOf(dynamic, dynamicTag.rpath)),
      runpath: elementsOf(textOf(dynamic, dynamicTag.runpath)),
      isWithoutDefaults: ((dynamic.value(dynamicTag.flags1) ?? 0) & noDefaults) !== 0,
      interpreter: segments.interpreter,
      versionsNeeded: parseNeededVersions(source, dynamic, numbers),
      versionsDefined: parseDefinedVersions(source, dynamic, numbers),
      magic: findMagicBlock({ source, segments, dynamic, numbers }, target),
    },
  };
}

function refused(cause: string): ParsedElf {
  return { kind: 'damaged', how: 'refused', cause };
}

function textOf(dynamic: DynamicSection, tag: number): string | undefined {
  const at = dynamic.value(tag);
  return at === undefined ? undefined : dynamic.text(at);
}

function elementsOf(path: string | undefined): readonly string[] {
  return path === undefined || path === '' ? [] : path.split(':');
}
