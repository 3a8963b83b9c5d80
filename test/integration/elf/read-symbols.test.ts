import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLibraryNames, readNeededNames, readSymbols } from '../../../src/elf/read-elf.ts';
import { scratchMemory } from '../../../src/elf/scratch-memory.ts';
import { symbolHash } from '../../../src/elf/symbol-hash.ts';
import { parseNeededNames, parseSymbolsOf } from '../../../src/elf/symbol-table.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postgresBinDir } from '../../support/throwaway-postgres.ts';

const module = join(postgresBinDir(), '../lib/postgresql/fuzzystrmatch.so');
const bytes = readFileSync(module);

function symbolsOf(content: Buffer) {
  const read = (offset: number, length: number) =>
    offset >= 0 && length >= 0 && offset + length <= content.length
      ? content.subarray(offset, offset + length)
      : undefined;
  const source = { size: content.length, read };
  return { symbols: parseSymbolsOf(source), names: parseNeededNames(source) };
}

test('a library has its functions for others, and needs those of the server, weak ones left out', () => {
  const symbols = readSymbols(module);
  for (const name of ['soundex', 'pg_finfo_soundex', 'Pg_magic_func'])
    expect(symbols?.defines(symbolHash(name))).toBe(true);
  const names = readNeededNames(module);
  expect(names).toContain('errfinish');
  expect(names).not.toContain('__gmon_start__');
  expect(symbols?.needed).toEqual(names.map(symbolHash));
  expect(symbols?.needed.filter(symbols.defines)).toEqual([]);
  expect(symbols?.defines(symbolHash('soundeX'))).toBe(false);
});

test('the program of the server has what its modules need, but for what the C library has', () => {
  const program = readSymbols(join(postgresBinDir(), 'postgres'));
  const needed = readNeededNames(module);
  const left = needed.filter((name) => program?.defines(symbolHash(name)) === false);
  expect(needed.length).toBeGreaterThan(10);
  for (const name of left) expect(name).toMatch(/^(__|to|is|str|mem)/);
});

test('what was read of one library stays right when others were read into the same memory', () => {
  const folder = join(postgresBinDir(), '../lib/postgresql');
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith('.so'))
    .map((name) => join(folder, name));
  const memory = scratchMemory();
  const tables = paths.map((path) => readSymbols(path, memory));
  expect(paths.length).toBeGreaterThan(40);
  for (const [index, path] of paths.entries()) {
    const alone = readSymbols(path);
    const needed = readNeededNames(path);
    expect(tables[index]?.needed).toEqual(alone?.needed);
    for (const name of [...needed, 'Pg_magic_func', '_PG_init', 'not_there']) {
      expect(tables[index]?.defines(symbolHash(name))).toBe(alone?.defines(symbolHash(name)));
    }
  }
});

test('whatever part of a file is there, nothing is thrown, and nothing is made up', () => {
  const { symbols: whole } = symbolsOf(bytes);
  for (let end = 0; end < bytes.length; end += 97) {
    const { symbols: part, names } = symbolsOf(bytes.subarray(0, end));
    if (part === undefined) continue;
    expect(part.needed).toEqual(whole?.needed);
    expect(names.map(symbolHash)).toEqual(part.needed);
  }
  for (let at = 0; at < 4096; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8((changed.readUInt8(at) + 0x7f) % 256, at);
    symbolsOf(changed);
  }
});

test('a text of a library that is the name of another one is found, and nothing in what is no file', () => {
  const folder = temporaryFolder('names');
  writeFileSync(
    join(folder, 'a.so'),
    'x\0libmysqlclient.so\0libx.so.1\0 liby.so\0library\0lib.so\0/usr/libz.so\0libend.so',
  );
  expect(readLibraryNames(join(folder, 'a.so'))).toEqual(['libmysqlclient.so', 'libx.so.1']);
  expect(readLibraryNames(folder)).toEqual([]);
  expect(readSymbols(join(folder, 'a.so'))).toBeUndefined();
  expect(readSymbols(join(folder, 'not-there'))).toBeUndefined();
  expect(readNeededNames(join(folder, 'not-there'))).toEqual([]);
});
