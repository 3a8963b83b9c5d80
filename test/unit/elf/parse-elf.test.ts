import { describe, expect, test } from 'vitest';
import { type ElfFile, parseElf } from '../../../src/elf/parse-elf.ts';
import { type ElfRecipe, elfFile, loadedBytes, sourceOf } from '../../support/an-elf-file.ts';

function parsed(recipe: ElfRecipe = {}): ElfFile {
  const read = parseElf(sourceOf(elfFile(recipe)));
  if (read.kind !== 'elf') throw new Error(JSON.stringify(read));
  return read.elf;
}

/** The file with some bytes replaced. */
function patched(at: number, bytes: readonly number[], recipe: ElfRecipe = {}): Buffer {
  const file = elfFile(recipe);
  file.set(bytes, at);
  return file;
}

const full: ElfRecipe = {
  soname: 'libmine.so.1',
  needed: ['libc.so.6', 'libm.so.6'],
  rpath: '$ORIGIN/../system:/opt/lib',
  runpath: '$ORIGIN',
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  versionsNeeded: { 'libc.so.6': ['GLIBC_2.2.5', 'GLIBC_2.38?'], 'libm.so.6': ['GLIBC_2.29'] },
  versionsDefined: ['libmine.so.1', 'MINE_1', 'MINE_2'],
  sectionBytes: 500,
};

describe.each(['x86-64', 'aarch64', 's390x', 'ppc64', 'riscv64'] as const)('a library for %s', (machine) => {
  test('tells its name, what it needs and where to look for that', () => {
    expect(parsed({ ...full, machine })).toMatchObject({
      target: { bits: 64, order: machine === 's390x' ? 'big' : 'little' },
      soname: 'libmine.so.1',
      needed: ['libc.so.6', 'libm.so.6'],
      rpath: ['$ORIGIN/../system', '/opt/lib'],
      runpath: ['$ORIGIN'],
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      wantsExecutableStack: machine === 'x86-64',
      isWithoutDefaults: false,
      refusedAsLibrary: undefined,
    });
  });

  test('tells the versions that it needs, but for weak ones, and those that it has', () => {
    const { versionsNeeded, versionsDefined } = parsed({ ...full, machine });
    expect(versionsNeeded).toEqual([
      { file: 'libc.so.6', version: 'GLIBC_2.2.5' },
      { file: 'libm.so.6', version: 'GLIBC_2.29' },
    ]);
    expect([...versionsDefined]).toEqual(['libmine.so.1', 'MINE_1', 'MINE_2']);
  });
});

test('of PowerPC there are both byte orders', () => {
  expect(parsed({ ...full, machine: 'ppc64', order: 'big' })).toMatchObject({
    target: { order: 'big' },
    needed: ['libc.so.6', 'libm.so.6'],
  });
});

test('a library that says nothing has nothing', () => {
  expect(parsed()).toMatchObject({
    soname: undefined,
    needed: [],
    rpath: undefined,
    runpath: undefined,
    interpreter: undefined,
    versionsNeeded: [],
    magic: { kind: 'none' },
  });
});

test('an empty path is not the same as none, and an empty element is one', () => {
  expect(parsed({ runpath: '' }).runpath).toEqual([]);
  expect(parsed({ rpath: 'a::b:' }).rpath).toEqual(['a', '', 'b', '']);
});

test('a stack is executable if the file says so, and on x86-64 if it says nothing', () => {
  expect(parsed({ stack: 7 }).wantsExecutableStack).toBe(true);
  expect(parsed({ stack: 6 }).wantsExecutableStack).toBe(false);
  expect(parsed().wantsExecutableStack).toBe(true);
  expect(parsed({ machine: 'aarch64' }).wantsExecutableStack).toBe(false);
});

test('what is needed twice is needed once', () => {
  expect(parsed({ needed: ['a.so', 'b.so', 'a.so'] }).needed).toEqual(['a.so', 'b.so']);
});

describe('glibc does not open as a library', () => {
  test.each<[string, ElfRecipe, string | undefined]>([
    ['a program at a fixed address', { type: 'program' }, 'cannot dynamically load executable'],
    ['one that can be anywhere', { flags1: 0x8_00_00_00 }, 'cannot dynamically load position-independent executable'],
    ['what asks for that', { flags1: 0x40 }, 'shared object cannot be dlopen()ed'],
  ])('%s', (_, recipe, cause) => {
    expect(parsed(recipe).refusedAsLibrary).toBe(cause);
  });
});

test('the flag that keeps the loader from its own folders is read', () => {
  expect(parsed({ flags1: 0x801 }).isWithoutDefaults).toBe(true);
});

describe('the loader refuses', () => {
  test.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'file too short'],
    ['half a header', elfFile().subarray(0, 63), 'file too short'],
    ['a linker script', Buffer.from('/* GNU ld script */'.padEnd(80)), 'invalid ELF header'],
    ['a byte order that there is not', patched(5, [3]), 'ELF file data encoding unknown'],
    ['a version that there is not', patched(6, [2]), 'ELF file version ident does not match current one'],
    ['another system', patched(7, [9]), 'ELF file OS ABI invalid'],
    ['another version of the system', patched(8, [1]), 'ELF file ABI version invalid'],
    ['bytes that mean nothing', patched(12, [1]), 'nonzero padding in e_ident'],
    ['another version of the format', patched(20, [2]), 'ELF file version does not match current one'],
    ['what is not linked', elfFile({ type: 'relocatable' }), 'only ET_DYN and ET_EXEC can be loaded'],
    ['headers of another size', patched(54, [32]), "ELF file's phentsize not the expected size"],
    ['no headers', patched(56, [0, 0]), 'object file has no loadable segments'],
    [
      'headers elsewhere',
      patched(32, [0xff, 0xff, 0xff]),
      'cannot read file data: the program headers are not in the file',
    ],
    ['segments across pages', patched(64 + 16, [1]), 'ELF load command address/offset not page-aligned'],
    ['debug information that was split off', patched(64 + 2 * 56, [0]), 'object file has no dynamic section'],
  ])('%s', (_, file, cause) => {
    expect(parseElf(sourceOf(file))).toEqual({ kind: 'damaged', how: 'refused', cause });
  });
});

test('GNU is a system of its own, and as good', () => {
  expect(parseElf(sourceOf(patched(7, [3]))).kind).toBe('elf');
});

test('a library of 32 bit is told by its machine, and not looked into', () => {
  expect(parseElf(sourceOf(patched(4, [1])))).toEqual({
    kind: 'unknown',
    target: { bits: 32, order: 'little', machine: 62 },
  });
});

describe('a library that is cut off', () => {
  const file = elfFile(full);
  const needed = loadedBytes(full);

  test('anywhere in what the loader maps is damaged', () => {
    for (let length = 0; length < needed; length += 1) {
      expect(parseElf(sourceOf(file.subarray(0, length))).kind, `${length} bytes`).toBe('damaged');
    }
  });

  test('is truncated where its headers are still there, and it is told by how much', () => {
    expect(parseElf(sourceOf(file.subarray(0, needed - 1)))).toEqual({
      kind: 'damaged',
      how: 'truncated',
      cause: `it ends after ${needed - 1} bytes and should have at least ${needed}`,
    });
  });

  test('behind that is as good as whole: nobody looks at sections', () => {
    const whole = parseElf(sourceOf(file));
    for (let length = needed; length <= file.length; length += 1) {
      expect(parseElf(sourceOf(file.subarray(0, length)))).toEqual(whole);
    }
  });
});

test('names that are not in the file are a damage', () => {
  const file = elfFile({ needed: ['libc.so.6'] });
  // DT_NEEDED, and the first place in the table of texts.
  const entry = file.lastIndexOf(Buffer.from('01000000000000000100000000000000', 'hex'));
  file.writeUInt32LE(0x0fff_ffff, entry + 8);
  expect(parseElf(sourceOf(file))).toMatchObject({ cause: 'the names of what it needs are not in the file' });
});
