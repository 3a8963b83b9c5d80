import type { ByteSource } from '../../src/elf/byte-source.ts';
import {
  codeOf,
  definedTable,
  gnuHashTable,
  magicBlock,
  neededTable,
  type StringTable,
  stringTable,
  sysvHashTable,
  type Words,
  wordsOf,
} from './elf-tables.ts';

const machines = { 'x86-64': 62, aarch64: 183, s390x: 22, ppc64: 21, riscv64: 243 } as const;
const types = { library: 3, program: 2, relocatable: 1 } as const;

/** What a library has to say to the loader and to PostgreSQL; without anything it is the least that can be loaded. */
export interface ElfRecipe {
  readonly machine?: keyof typeof machines;
  /** As usual for the machine. */
  readonly order?: 'little' | 'big';
  readonly type?: keyof typeof types;
  readonly soname?: string;
  readonly needed?: readonly string[];
  /** As in the file, with colons. */
  readonly rpath?: string;
  readonly runpath?: string;
  readonly interpreter?: string;
  /** Flags of PT_GNU_STACK: 6, or 7 for an executable one. */
  readonly stack?: number;
  /** DT_FLAGS_1 */
  readonly flags1?: number;
  /** By file; `?` behind a version makes it weak. */
  readonly versionsNeeded?: Readonly<Record<string, readonly string[]>>;
  readonly versionsDefined?: readonly string[];
  readonly magic?: MagicRecipe;
  readonly hash?: 'gnu' | 'sysv' | 'none';
  /** Symbols beside Pg_magic_func, and before it in the chain of its hash value. */
  readonly symbols?: readonly string[];
  /** So many bytes behind all segments: sections, which no loader looks at. */
  readonly sectionBytes?: number;
}

interface MagicRecipe {
  /** 1800 is PostgreSQL 18. */
  readonly version: number;
  readonly abi?: string;
  /** Of PG_MODULE_MAGIC_EXT. */
  readonly name?: string;
  readonly moduleVersion?: string;
  /** As compilers write the function, with or without optimization, or as none does. */
  readonly code?: 'optimized' | 'plain' | 'odd';
  /** NAMEDATALEN */
  readonly nameBytes?: number;
}

/** Where the second segment is in memory: elsewhere than in the file, as with real ones. */
const dataShift = 0x1_0000;

/** A file of 64 bit with two segments: what is only read, with the code, and what is written to. */
export function elfFile(recipe: ElfRecipe = {}): Buffer {
  const { machine = 'x86-64', magic } = recipe;
  const words = wordsOf(recipe.order ?? (machine === 's390x' ? 'big' : 'little'));
  const strings = stringTable();
  const symbols = [...(recipe.symbols ?? []), ...(magic === undefined ? [] : ['Pg_magic_func'])];
  const tables = tablesOf(recipe, symbols, words, strings);
  const texts = textTags(recipe, strings);
  const pointers = [magic?.name, magic?.moduleVersion].flatMap((text, index) =>
    text === undefined ? [] : [{ at: 56 + index * 8, text: strings.at(text) }],
  );
  const read = layOut(64 + 5 * 56, {
    ...tables,
    strings: strings.bytes(),
    interpreter: Buffer.from(`${recipe.interpreter ?? ''}\0`),
    code: Buffer.alloc(32),
    symbols: Buffer.alloc((symbols.length + 1) * 24),
  });
  const block = magic === undefined ? [] : [magicOf(magic, words)];
  const written = layOut(Math.ceil(read.end / 16) * 16, {
    block: Buffer.concat(block),
    relocations: Buffer.alloc(pointers.length * 24),
    dynamic: Buffer.alloc((texts.length + 12) * 16),
  });
  const blockAddress = written.at('block') + dataShift;
  const dynamic = [
    ...texts,
    ...[5, read.at('strings'), 6, read.at('symbols')],
    ...(pointers.length === 0 ? [] : [7, written.at('relocations') + dataShift, 8, pointers.length * 24]),
    ...(recipe.flags1 === undefined ? [] : [0x6f_ff_ff_fb, recipe.flags1]),
    ...Object.keys(tables).flatMap((name) => [tableTags[name] ?? 0, read.at(name)]),
  ];
  const file = Buffer.alloc(written.end + (recipe.sectionBytes ?? 0), 0xaa);
  const pieces: Piece[] = [
    ...read.parts,
    ...written.parts,
    { at: 0, bytes: headerOf(recipe, words, { read, written, dynamicBytes: dynamic.length * 8 + 16 }) },
    { at: written.at('dynamic'), bytes: words.u64(...dynamic, 0, 0) },
    { at: read.at('code'), bytes: codeOf(magic?.code ?? 'optimized', machine, read.at('code'), blockAddress) },
    ...pointers.map(({ at, text }, index) => ({
      at: written.at('relocations') + index * 24,
      bytes: words.u64(blockAddress + at, 8, read.at('strings') + text),
    })),
    { at: read.at('symbols'), bytes: symbolTable(symbols, read.at('code'), words, strings) },
  ];
  for (const { at, bytes } of pieces) bytes.copy(file, at);
  return file;
}

interface Parts {
  readonly read: Layout;
  readonly written: Layout;
  readonly dynamicBytes: number;
}

function headerOf(
  { type = 'library', machine = 'x86-64', interpreter, stack }: ElfRecipe,
  words: Words,
  parts: Parts,
): Buffer {
  const { u16, u32, u64, order } = words;
  const { read, written, dynamicBytes } = parts;
  const start = written.parts[0]?.at ?? 0;
  const segment = (kind: number, flags: number, offset: number, shift: number, size: number): Buffer =>
    Buffer.concat([u32(kind, flags), u64(offset, offset + shift, offset + shift, size, size, 4096)]);
  return Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, order === 'big' ? 2 : 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    u16(types[type], machines[machine]),
    u32(1),
    u64(0, 64, 0),
    u32(0),
    u16(64, 56, 3 + (stack === undefined ? 0 : 1) + (interpreter === undefined ? 0 : 1), 64, 0, 0),
    segment(1, 5, 0, 0, read.end),
    segment(1, 6, start, dataShift, written.end - start),
    segment(2, 6, written.at('dynamic'), dataShift, dynamicBytes),
    ...(stack === undefined ? [] : [segment(0x64_74_e5_51, stack, 0, 0, 0)]),
    segment(3, 4, read.at('interpreter'), 0, (interpreter ?? '').length + 1),
  ]);
}

function symbolTable(symbols: readonly string[], code: number, { u16, u32, u64 }: Words, strings: StringTable): Buffer {
  const entries = symbols.map((symbol) => {
    const value = symbol === 'Pg_magic_func' ? code : 0;
    return Buffer.concat([u32(strings.at(symbol)), Buffer.from([0x12, 0]), u16(1), u64(value, 0)]);
  });
  return Buffer.concat([Buffer.alloc(24), ...entries]);
}

function magicOf({ version, abi = 'PostgreSQL', nameBytes = 64 }: MagicRecipe, words: Words): Buffer {
  return magicBlock(version, abi, nameBytes, words);
}

/** The end of the last segment: what the loader needs of the file. */
export function loadedBytes(recipe: ElfRecipe): number {
  return elfFile({ ...recipe, sectionBytes: 0 }).length;
}

export function sourceOf(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => {
      const isWithin = offset >= 0 && length >= 0 && offset + length <= bytes.length;
      return isWithin ? bytes.subarray(offset, offset + length) : undefined;
    },
  };
}

const tableTags: Readonly<Record<string, number>> = {
  gnuHash: 0x6f_ff_fe_f5,
  sysvHash: 4,
  needs: 0x6f_ff_ff_fe,
  defines: 0x6f_ff_ff_fc,
};

interface Piece {
  readonly at: number;
  readonly bytes: Buffer;
}

interface Layout {
  readonly at: (name: string) => number;
  readonly end: number;
  readonly parts: readonly Piece[];
}

function layOut(start: number, parts: Readonly<Record<string, Buffer>>): Layout {
  const places = new Map<string, Piece>();
  let end = start;
  for (const [name, bytes] of Object.entries(parts)) {
    const at = Math.ceil(end / 8) * 8;
    places.set(name, { at, bytes });
    end = at + bytes.length;
  }
  return { at: (name) => places.get(name)?.at ?? 0, end, parts: [...places.values()] };
}

/** Tags and values, one behind the other. */
function textTags(recipe: ElfRecipe, strings: StringTable): readonly number[] {
  const text = (tag: number, value: string | undefined): readonly number[] =>
    value === undefined ? [] : [tag, strings.at(value)];
  return [
    ...(recipe.needed ?? []).flatMap((name) => text(1, name)),
    ...text(14, recipe.soname),
    ...text(15, recipe.rpath),
    ...text(29, recipe.runpath),
  ];
}

function tablesOf(
  { machine, hash = 'gnu', versionsNeeded, versionsDefined }: ElfRecipe,
  symbols: readonly string[],
  words: Words,
  strings: StringTable,
): Readonly<Record<string, Buffer>> {
  for (const symbol of symbols) strings.at(symbol);
  return {
    ...(hash === 'gnu' ? { gnuHash: gnuHashTable(symbols, words) } : {}),
    ...(hash === 'sysv' ? { sysvHash: sysvHashTable(symbols, machine === 's390x' ? words.u64 : words.u32) } : {}),
    ...(versionsNeeded === undefined ? {} : { needs: neededTable(versionsNeeded, words, strings) }),
    ...(versionsDefined === undefined ? {} : { defines: definedTable(versionsDefined, words, strings) }),
  };
}
