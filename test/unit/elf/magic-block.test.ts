import { describe, expect, test } from 'vitest';
import type { FoundMagic } from '../../../src/elf/magic-block.ts';
import { parseElf } from '../../../src/elf/parse-elf.ts';
import { type ElfRecipe, elfFile, sourceOf } from '../../support/an-elf-file.ts';

/** FUNC_MAX_ARGS, INDEX_MAX_KEYS, NAMEDATALEN, FLOAT8PASSBYVAL */
const limits = [100, 32, 64, 1];

function magicOf(recipe: ElfRecipe): FoundMagic {
  const read = parseElf(sourceOf(elfFile(recipe)));
  if (read.kind !== 'elf') throw new Error(JSON.stringify(read));
  return read.elf.magic;
}

const machines = ['x86-64', 'aarch64', 's390x', 'ppc64', 'riscv64'] as const;
const codes = ['optimized', 'plain', 'odd'] as const;
const hashes = ['gnu', 'sysv'] as const;
const ways = machines.flatMap((machine) => codes.flatMap((code) => hashes.map((hash) => ({ machine, code, hash }))));

test.each(ways)('is found for $machine, in code that is $code, by the $hash table', ({ machine, code, hash }) => {
  const symbols = ['_PG_init', 'pg_finfo_a', 'a'];
  expect(magicOf({ machine, hash, symbols, magic: { version: 1800, code } })).toEqual({
    kind: 'found',
    block: { major: 18, limits, abi: 'PostgreSQL' },
  });
});

test.each([
  [1800, 18, 'PostgreSQL'],
  [1700, 17, 'PostgreSQL'],
  [1500, 15, 'PostgreSQL'],
  [1400, 14, ''],
  [1300, 13, ''],
  [1200, 12, ''],
  [906, 9, ''],
])('a block that says %i is of PostgreSQL %i', (version, major, abi) => {
  for (const code of codes) {
    expect(magicOf({ magic: { version, code } })).toEqual({
      kind: 'found',
      block: { major, limits: expect.any(Array), abi },
    });
  }
});

test('the make of a server is told, too', () => {
  const magic = { version: 1800, abi: 'EnterpriseDB' };
  expect(magicOf({ magic })).toEqual({ kind: 'found', block: { major: 18, limits, abi: 'EnterpriseDB' } });
});

test.each(machines)('name and version of a module for %s are behind relocations', (machine) => {
  const magic = { version: 1800, name: 'postgis-3', moduleVersion: '3.6.0' };
  expect(magicOf({ machine, magic })).toEqual({
    kind: 'found',
    block: { major: 18, limits, abi: 'PostgreSQL', name: 'postgis-3', version: '3.6.0' },
  });
});

test('either of them may be left out', () => {
  const magic = { version: 1800, moduleVersion: '3.6.0' };
  expect(magicOf({ magic })).toMatchObject({ block: { version: '3.6.0' } });
  expect(magicOf({ magic })).not.toHaveProperty('block.name');
});

describe('without', () => {
  test('the function there is none', () => {
    expect(magicOf({ symbols: ['Pg_magic_fund', 'Pg_magic_fun', 'Pg_magic_func2'] })).toEqual({ kind: 'none' });
  });

  test('a table of symbols there is none', () => {
    expect(magicOf({ hash: 'none', magic: { version: 1800 } })).toEqual({ kind: 'none' });
  });

  test('code that is understood and the usual limits it is hidden', () => {
    expect(magicOf({ magic: { version: 1800, code: 'odd', nameBytes: 128 } })).toEqual({ kind: 'hidden' });
    expect(magicOf({ magic: { version: 1800, nameBytes: 128 } })).toMatchObject({ kind: 'found' });
  });

  test('a version that there can be it is hidden', () => {
    expect(magicOf({ magic: { version: 200_000 } })).toEqual({ kind: 'hidden' });
  });
});
