import type { ByteSource } from './byte-source.ts';
import { type DynamicSection, dynamicTag, parseDynamicSection } from './dynamic-section.ts';
import { isFixedProgram, refuseHeader, wholeHeaderBytes } from './elf-header.ts';
import { numbersOf } from './elf-numbers.ts';
import { parseSegments } from './elf-segments.ts';
import { type ElfTarget, machine, parseTarget } from './elf-target.ts';
import { type FoundMagic, findMagicBlock } from './magic-block.ts';
import type { OpenedElf } from './opened-elf.ts';
import { type NeededVersion, parseDefinedVersions, parseNeededVersions } from './symbol-versions.ts';

/** A program or a library, as far as the loader and PostgreSQL care. */
export interface ElfFile {
  readonly target: ElfTarget;
  /** Why glibc does not open it as a library, in its words: it is a program. */
  readonly refusedAsLibrary: string | undefined;
  readonly soname: string | undefined;
  readonly needed: readonly string[];
  /** The elements of DT_RPATH and DT_RUNPATH, as they are written; undefined: it has none, which is not the same as an empty one. */
  readonly rpath: readonly string[] | undefined;
  readonly runpath: readonly string[] | undefined;
  /** DF_1_NODEFLIB: neither the cache nor the default folders are searched for what it needs. */
  readonly isWithoutDefaults: boolean;
  readonly interpreter: string | undefined;
  /** PT_GNU_STACK with PF_X, or none where glibc takes that for the same. */
  readonly wantsExecutableStack: boolean;
  readonly versionsNeeded: readonly NeededVersion[];
  readonly versionsDefined: ReadonlySet<string>;
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

/** DT_FLAGS_1 */
const flag = { noDefaults: 0x800, notOpened: 0x40, program: 0x8_00_00_00 } as const;

/** Never throws, whatever the bytes are. The causes are those that the loader gives, where it gives one. */
export function parseElf(source: ByteSource): ParsedElf {
  const opened = openElf(source);
  return 'kind' in opened ? opened : describe(opened, opened.isFixed);
}

/** Reads what leads to the rest; says why where there is no rest. */
export function openElf(source: ByteSource): (OpenedElf & { readonly isFixed: boolean }) | ParsedElf {
  const start = source.read(0, Math.min(source.size, wholeHeaderBytes)) ?? Buffer.alloc(0);
  if (start.length < wholeHeaderBytes) return refused('file too short');
  const target = parseTarget(start);
  if (target === undefined) return refused('invalid ELF header');
  if (target.bits !== 64) return { kind: 'unknown', target };
  const numbers = numbersOf(target);
  const cause = refuseHeader(start, numbers);
  if (cause !== undefined) return refused(cause);
  const segments = parseSegments(source, start, numbers);
  if ('refused' in segments) return refused(segments.refused);
  if (segments.end > source.size) {
    const ends = `it ends after ${source.size} bytes and should have at least ${segments.end}`;
    return { kind: 'damaged', how: 'truncated', cause: ends };
  }
  const dynamic = parseDynamicSection(source, segments, numbers);
  if (dynamic === undefined) return refused('object file has no dynamic section');
  return { source, target, numbers, segments, dynamic, isFixed: isFixedProgram(start, numbers) };
}

function describe(opened: OpenedElf, isFixed: boolean): ParsedElf {
  const { target, dynamic, segments } = opened;
  const needed = dynamic.values(dynamicTag.needed).map(dynamic.text);
  if (!needed.every((name) => name !== undefined)) return refused('the names of what it needs are not in the file');
  return {
    kind: 'elf',
    elf: {
      target,
      refusedAsLibrary: refuseAsLibrary(dynamic, isFixed),
      soname: textOf(dynamic, dynamicTag.soname),
      needed: [...new Set(needed)],
      rpath: elementsOf(textOf(dynamic, dynamicTag.rpath)),
      runpath: elementsOf(textOf(dynamic, dynamicTag.runpath)),
      isWithoutDefaults: ((dynamic.value(dynamicTag.flags1) ?? 0) & flag.noDefaults) !== 0,
      interpreter: segments.interpreter,
      wantsExecutableStack: wantsExecutableStack(segments, target),
      versionsNeeded: parseNeededVersions(opened),
      versionsDefined: new Set(parseDefinedVersions(opened)),
      magic: findMagicBlock(opened),
    },
  };
}

/** DEFAULT_STACK_PERMS of glibc, sysdeps/x86_64/stackinfo.h; compilers always say it. */
function wantsExecutableStack({ stack }: OpenedElf['segments'], target: ElfTarget): boolean {
  return stack === 'executable' || (stack === 'unsaid' && target.machine === machine.x8664);
}

/** _dl_map_object_from_fd, elf/dl-load.c of glibc */
function refuseAsLibrary(dynamic: DynamicSection, isFixed: boolean): string | undefined {
  const flags = dynamic.value(dynamicTag.flags1) ?? 0;
  if (isFixed) return 'cannot dynamically load executable';
  if ((flags & flag.program) !== 0) return 'cannot dynamically load position-independent executable';
  return (flags & flag.notOpened) === 0 ? undefined : 'shared object cannot be dlopen()ed';
}

function refused(cause: string): ParsedElf {
  return { kind: 'damaged', how: 'refused', cause };
}

function textOf(dynamic: DynamicSection, tag: number): string | undefined {
  const at = dynamic.value(tag);
  return at === undefined ? undefined : dynamic.text(at);
}

function elementsOf(path: string | undefined): readonly string[] | undefined {
  return path === '' ? [] : path?.split(':');
}
