import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ReadElf, readElf } from '../../../src/elf/read-elf.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postgresBinDir } from '../../support/throwaway-postgres.ts';
import { compile, isInstalled } from './real-loader.ts';

function magicOf(read: ReadElf): unknown {
  return read.kind === 'elf' ? read.elf.magic : read;
}

describe('the modules of a server', () => {
  const folders = [
    [`${postgresBinDir()}/../lib/postgresql`, 18],
    ...[13, 14, 15, 16, 17, 18].map((major) => [`/usr/lib/postgresql/${major}/lib`, major] as const),
  ] as const;

  test.each(folders.filter(([folder]) => existsSync(folder)))('in %s all tell that they are of %i', (folder, major) => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.so'));
    expect(names.length).toBeGreaterThan(40);
    const block: object = expect.objectContaining({ major, abi: major < 15 ? '' : 'PostgreSQL' });
    for (const name of names) {
      expect(magicOf(readElf(`${folder}/${name}`)), name).toEqual({ kind: 'found', block });
    }
  });

  test('tell what they are called, since 18', () => {
    const magic = magicOf(readElf(`${postgresBinDir()}/../lib/postgresql/plpgsql.so`));
    expect(magic).toMatchObject({ block: { name: 'plpgsql', version: expect.stringMatching(/^18/) } });
  });
});

/** PG_MODULE_MAGIC_EXT of PostgreSQL 18, and PG_MODULE_MAGIC of 17 and 14, without their headers. */
const sources = {
  18: `#include <stdint.h>
    typedef struct { int version, maxargs, maxkeys, namedata, byval; char extra[32]; } abi;
    typedef struct { int len; abi fields; const char *name; const char *version; } magic;
    const magic *Pg_magic_func(void) {
      static const magic data = { sizeof(magic), { 1800, 100, 32, 64, 1, "PostgreSQL" }, "mine", "1.2.3" };
      return &data;
    }`,
  17: `typedef struct { int len, version, maxargs, maxkeys, namedata, byval; char extra[32]; } magic;
    const magic *Pg_magic_func(void) {
      static const magic data = { sizeof(magic), 1700, 100, 32, 64, 1, "Other make" };
      return &data;
    }`,
  14: `typedef struct { int len, version, maxargs, maxkeys, namedata, byval; } magic;
    const magic *Pg_magic_func(void) {
      static const magic data = { sizeof(magic), 1400, 100, 32, 64, 1 };
      return &data;
    }`,
} as const;
/** More text and data than one page, and symbols before and behind. */
const around = `
  char many[100000]; const char text[70000] = "x"; int a_function(void) { return 1; } int zz(void) { return 2; }
  const char *const pointers[] = { text, text + 1, text + 2 };`;

const expected = {
  18: { major: 18, abi: 'PostgreSQL', name: 'mine', version: '1.2.3' },
  17: { major: 17, abi: 'Other make' },
  14: { major: 14, abi: '' },
} as const;

const ways: readonly (readonly [compiler: string, flags: readonly string[]])[] = [
  ...['-O0', '-O1', '-O2', '-O3', '-Os'].map((level) => ['gcc', [level]] as const),
  ...[
    ['-O2', '-fcf-protection=full'],
    ['-O0', '-fcf-protection=full'],
    ['-O2', '-fno-plt'],
    ['-O2', '-fno-omit-frame-pointer'],
    ['-O2', '-fstack-protector-all'],
    ['-O2', '-pg'],
    ['-O2', '-g', '-Wl,-z,pack-relative-relocs'],
    ['-O2', '-Wl,--hash-style=sysv'],
    ['-O2', '-Wl,--hash-style=both', '-Wl,-z,noseparate-code'],
    ['-O2', '-fno-pic', '-mcmodel=large'],
    ['-O2', '-Wl,-z,now', '-Wl,-z,relro', '-s'],
  ].map((flags) => ['gcc', flags] as const),
  ...['-O0', '-O2'].map((level) => ['clang', [level]] as const),
  ...[['-O0'], ['-O2'], ['-O2', '-mbranch-protection=standard'], ['-O2', '-mcmodel=tiny']].map(
    (flags) => ['aarch64-linux-gnu-gcc', flags] as const,
  ),
  ...[['-O0'], ['-O2'], ['-O2', '-Wl,--hash-style=sysv']].map((flags) => ['s390x-linux-gnu-gcc', flags] as const),
];
const here = ways.filter(([compiler, flags]) => isInstalled(compiler) && canLink(compiler, flags));

function canLink(compiler: string, flags: readonly string[]): boolean {
  if (compiler === 'gcc' && process.arch !== 'x64' && flags.some((flag) => /cf-protection|mcmodel/.test(flag)))
    return false;
  try {
    compile(`${temporaryFolder('magic')}/a.so`, 'int a;', ['-w', '-shared', '-fPIC', '-nostdlib', ...flags], compiler);
    return true;
  } catch {
    return false;
  }
}

describe.each(here)('a module that %s %j has made', (compiler, flags) => {
  test.each([18, 17, 14] as const)('tells that it is of %i', (major) => {
    const module = `${temporaryFolder('magic')}/m.so`;
    compile(module, sources[major] + around, ['-w', '-shared', '-fPIC', ...flags], compiler);
    expect(magicOf(readElf(module))).toMatchObject({ kind: 'found', block: expected[major] });
  });
});
