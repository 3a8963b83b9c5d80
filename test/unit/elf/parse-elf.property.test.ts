import { existsSync, readFileSync, realpathSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteSource } from '../../../src/elf/byte-source.ts';
import { type ParsedElf, parseElf } from '../../../src/elf/parse-elf.ts';
import { type ElfRecipe, elfFile, loadedBytes, sourceOf } from '../../support/an-elf-file.ts';
import { anyBytes, often } from '../../support/any-text.ts';
import { postgresBinDir } from '../../support/throwaway-postgres.ts';

const recipes: readonly ElfRecipe[] = [
  {},
  {
    soname: 'libmine.so.1',
    needed: ['libc.so.6'],
    rpath: '$ORIGIN:/opt/lib',
    runpath: '/opt',
    interpreter: '/lib/ld.so',
    versionsNeeded: { 'libc.so.6': ['GLIBC_2.2.5', 'GLIBC_2.38?'] },
    versionsDefined: ['libmine.so.1', 'MINE_1'],
    symbols: ['a', 'b'],
    magic: { version: 1800, name: 'mine', moduleVersion: '1' },
  },
  { machine: 's390x', hash: 'sysv', symbols: ['a', 'b'], magic: { version: 1500, code: 'odd' } },
];
const made = recipes.map((recipe) => elfFile(recipe));
const real = [
  `${postgresBinDir()}/../lib/postgresql/uuid-ossp.so`,
  `${postgresBinDir()}/../lib/libxslt.so.1`,
  ...['/lib/x86_64-linux-gnu/libc.so.6', '/lib/aarch64-linux-gnu/libc.so.6'].filter((path) => existsSync(path)),
];
const files = [...made, ...real.map((path) => readFileSync(realpathSync(path)))];

/** No library makes the parser look more often: the longest chains and lists that it follows, three times. */
const mostReads = 60_000;

/** Parses, and tells how often it looked and at how many bytes. */
function counted(bytes: Buffer): { readonly parsed: ParsedElf; readonly reads: number; readonly seen: number } {
  const source = sourceOf(bytes);
  const held = { reads: 0, seen: 0 };
  const counting: ByteSource = {
    size: source.size,
    read: (offset, length) => {
      const read = source.read(offset, length);
      held.reads += 1;
      held.seen += read?.length ?? 0;
      return read;
    },
  };
  return { parsed: parseElf(counting), ...held };
}

test('any bytes are parsed or refused, and never thrown at', () => {
  fc.assert(
    fc.property(anyBytes(made), (bytes) => {
      expect(['elf', 'unknown', 'damaged']).toContain(parseElf(sourceOf(bytes)).kind);
    }),
    often,
  );
});

/** Numbers that are somewhere else than one expects. */
const evil = [
  0n,
  1n,
  3n,
  0xffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const overwritten = fc.record({
  // Most of what a parser goes by is in the first kilobytes or behind the code.
  at: fc.oneof(fc.integer({ min: 0, max: 1024 }), fc.nat()),
  value: fc.oneof(fc.constantFrom(...evil), fc.bigInt({ min: 0n, max: 2n ** 20n })),
  bytes: fc.constantFrom(2, 4, 8),
});

test.each(files.map((file, index) => [index, file] as const))(
  'library %i with numbers replaced takes bounded work and is never thrown at',
  (_, file) => {
    fc.assert(
      fc.property(fc.array(overwritten, { minLength: 1, maxLength: 6 }), (edits) => {
        const copy = Buffer.from(file);
        for (const { at, value, bytes } of edits) {
          const word = Buffer.alloc(8);
          word.writeBigUInt64LE(value);
          word.copy(copy, at % copy.length, 0, bytes);
        }
        const { reads, seen } = counted(copy);
        expect(reads).toBeLessThan(mostReads);
        expect(seen).toBeLessThan(20 * copy.length + 4096 * 4096);
      }),
      { numRuns: 3000 },
    );
  },
);

test('each library, cut off anywhere in what is mapped, is damaged', () => {
  for (const [index, file] of files.entries()) {
    const recipe = recipes[index];
    const end = recipe === undefined ? endOfSegments(file) : loadedBytes(recipe);
    fc.assert(
      fc.property(fc.nat(end - 1), (length) => {
        const { parsed, reads } = counted(file.subarray(0, length));
        expect(parsed.kind).toBe('damaged');
        expect(reads).toBeLessThan(5);
      }),
      { numRuns: 1000 },
    );
    expect(parseElf(sourceOf(file.subarray(0, end)))).toEqual(parseElf(sourceOf(file)));
  }
});

/** By the headers, as readelf reads them. */
function endOfSegments(file: Buffer): number {
  const ends = Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = Number(file.readBigUInt64LE(32)) + index * 56;
    const isLoaded = file.readUInt32LE(at) === 1;
    return isLoaded ? Number(file.readBigUInt64LE(at + 8) + file.readBigUInt64LE(at + 32)) : 0;
  });
  return Math.max(...ends);
}

test('tables that lead back to themselves come to an end', () => {
  const file = elfFile({ hash: 'sysv', symbols: ['a', 'b'], magic: { version: 1800 } });
  // Every chain leads to the first symbol, and there are said to be as many as there can be.
  const table = file.indexOf(Buffer.from('01000000040000000100000000000000', 'hex'));
  expect(table).toBeGreaterThan(0);
  file.writeUInt32LE(0xffff_ffff, table + 4);
  for (const symbol of [1, 2, 3]) file.writeUInt32LE(1, table + 12 + symbol * 4);
  const { parsed, reads } = counted(file);
  expect(parsed.kind).toBe('elf');
  expect(reads).toBeLessThan(mostReads);
});

test('lists of versions of which each goes through all that follow are not gone through from each', () => {
  const many = Array.from({ length: 5000 }, (_, index) => `V${index}`);
  const file = elfFile({ versionsNeeded: { 'libc.so.6': many }, versionsDefined: many });
  const { reads } = counted(file);
  expect(reads).toBeLessThan(mostReads);
});
