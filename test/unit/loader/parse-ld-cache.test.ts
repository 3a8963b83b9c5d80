import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLdCache } from '../../../src/loader/parse-ld-cache.ts';
import { anyBytes, often } from '../../support/any-text.ts';

const x64 = { bits: 64, order: 'little', machine: 62 } as const;
const s390x = { bits: 64, order: 'big', machine: 22 } as const;

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly flags?: number;
  /** The subfolder of glibc-hwcaps, or of the older kind. */
  readonly level?: string;
}

/** As ldconfig writes it: header, entries, texts, and an extension with the names of levels. */
function cacheOf(entries: readonly Entry[], { isBig = false, flags = 0x303, before = '' } = {}): Buffer {
  const levels = [...new Set(entries.flatMap(({ level }) => (level === undefined || level === 'old' ? [] : [level])))];
  const tableBytes = 48 + entries.length * 24;
  const texts: string[] = [];
  const place = (text: string): number => {
    const at = tableBytes + Buffer.byteLength(texts.join(''));
    texts.push(`${text}\0`);
    return at;
  };
  const word = (...values: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries()) {
      if (isBig) bytes.writeUInt32BE(value, index * 4);
      else bytes.writeUInt32LE(value, index * 4);
    }
    return bytes;
  };
  const table = entries.flatMap(({ name, path, flags: own = flags, level }) => {
    const [lower, upper] =
      level === undefined ? [0, 0] : level === 'old' ? [0, 2] : [levels.indexOf(level), 0x4000_0003];
    return [word(own, place(name), place(path), 0), isBig ? word(upper, lower) : word(lower, upper)];
  });
  const names = levels.map(place);
  const text = Buffer.from(texts.join(''));
  const start = Buffer.byteLength(before);
  const extension = Math.ceil((start + tableBytes + text.length) / 4) * 4;
  const padding = Buffer.alloc(extension - start - tableBytes - text.length);
  const sections = word(0xeaa4_2174, 2, 0, 0, 0, 0, 1, 0, extension + 8 + 32, names.length * 4, ...names);
  const header = [Buffer.from('glibc-ld.so.cache1.1'), word(entries.length, text.length, 2, extension, 0, 0, 0)];
  return Buffer.concat([Buffer.from(before), ...header, ...table, text, padding, sections]);
}

const one: Entry = { name: 'liba.so.1', path: '/lib/liba.so.1' };

function found(cache: Buffer, levels: readonly string[] = [], target: Parameters<typeof parseLdCache>[1] = x64) {
  return Object.fromEntries(parseLdCache(cache, target, levels));
}

test('has a path for each name', () => {
  const entries = [one, { name: 'libb.so.2', path: '/opt/libb.so.2' }];
  expect(found(cacheOf(entries))).toEqual({ 'liba.so.1': '/lib/liba.so.1', 'libb.so.2': '/opt/libb.so.2' });
});

test('has the first of several', () => {
  expect(found(cacheOf([one, { ...one, path: '/usr/lib/liba.so.1' }]))).toEqual({ 'liba.so.1': '/lib/liba.so.1' });
});

test('has nothing for another machine', () => {
  const other = { ...one, path: '/lib32/liba.so.1' };
  expect(found(cacheOf([{ ...other, flags: 3 }, { ...other, flags: 0x803 }, one]))).toEqual({
    'liba.so.1': '/lib/liba.so.1',
  });
  expect(found(cacheOf([{ ...other, flags: 3 }]))).toEqual({});
});

test('is written in the byte order of the machine', () => {
  const cache = cacheOf(
    [
      { ...one, level: 'z15' },
      { ...one, path: '/x' },
    ],
    { isBig: true, flags: 0x403 },
  );
  expect(found(cache, ['z15'], s390x)).toEqual({ 'liba.so.1': '/lib/liba.so.1' });
  expect(found(cache, [], s390x)).toEqual({ 'liba.so.1': '/x' });
});

test('may stand behind one in the format of before', () => {
  const before = `ld.so-1.7.0\0${'x'.repeat(20)}`;
  expect(found(cacheOf([{ ...one, level: 'x86-64-v2' }, one], { before }), ['x86-64-v2'])).toEqual({
    'liba.so.1': '/lib/liba.so.1',
  });
});

describe('of levels', () => {
  const entries: readonly Entry[] = [
    { ...one, path: '/v2', level: 'x86-64-v2' },
    { ...one, path: '/v3', level: 'x86-64-v3' },
    { ...one, path: '/old', level: 'old' },
    { ...one, path: '/plain' },
  ];

  test.each([
    [['x86-64-v4', 'x86-64-v3', 'x86-64-v2'], '/v3'],
    [['x86-64-v2'], '/v2'],
    [[], '/plain'],
  ])('%j the best is taken, or the file that is of none', (levels, path) => {
    expect(found(cacheOf(entries), levels)).toEqual({ 'liba.so.1': path });
    expect(found(cacheOf(entries.toReversed()), levels)).toEqual({ 'liba.so.1': path });
  });

  test('none that the processor does not have is found', () => {
    expect(found(cacheOf(entries.slice(1, 2)), ['x86-64-v2'])).toEqual({});
  });
});

test('that is empty, cut off or something else has nothing', () => {
  for (const cache of [Buffer.alloc(0), Buffer.from('ld.so-1.7.0'), Buffer.from('glibc-ld.so.cache1.1')]) {
    expect(found(cache)).toEqual({});
  }
});

test('any bytes are a cache or none, and never thrown at', () => {
  const valid = [cacheOf([one, { ...one, level: 'x86-64-v3' }]), cacheOf([one], { before: 'ld.so-1.7.0' })];
  fc.assert(
    fc.property(anyBytes(valid), fc.constantFrom(x64, s390x), (cache, target) => {
      for (const [name, path] of parseLdCache(cache, target, ['x86-64-v3']))
        expect([typeof name, typeof path]).toEqual(['string', 'string']);
    }),
    often,
  );
});

test('texts without an end are not gone through from every entry', () => {
  const count = 20_000;
  const many = Buffer.alloc(4_000_000, 'a');
  cacheOf([one]).copy(many, 0, 0, 48);
  many.writeUInt32LE(count, 20);
  for (let at = 48; at < 48 + count * 24; at += 24) {
    for (const [index, word] of [0x303, 1_000_000 + at, 1_000_000 + at, 0, 0, 0].entries()) {
      many.writeUInt32LE(word, at + index * 4);
    }
  }
  expect(found(many)).toEqual({});
});

test('the one of this machine has libc where it is', () => {
  const cache = readFileSync('/etc/ld.so.cache');
  const { arch } = process;
  const target = { ...x64, machine: arch === 'arm64' ? 183 : 62 };
  expect(found(cache, [], target)['libc.so.6']).toMatch(/^\/(usr\/)?lib.*\/libc\.so\.6$/);
});
