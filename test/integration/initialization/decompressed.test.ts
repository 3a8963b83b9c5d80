import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gunzipped, unzstd } from '../../../src/initialization/decompressed.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function file(...parts: readonly Uint8Array[]): string {
  const path = join(temporaryFolder('compressed'), 'file');
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

/** Text that is longer than what is read at once, also when it is compressed. */
const long = Array.from({ length: 200_000 }, (_, index) => `${(index * 7_919) % 1_000_003}\n`).join('');

describe.each([
  ['gzip', gunzipped, gzipSync],
  ['zstd', unzstd, zstdCompressSync],
] as const)('a file of %s', (_name, decompressed, compress) => {
  test.each([
    ['one part', ['SELECT 1;\n']],
    ['several parts', ['a\n', 'b\n', 'c\n']],
    ['long parts', [long, 'between\n', long]],
    ['parts without text', ['', 'a\n', '']],
  ])('is read to its end when it has %s', async (_what, parts) => {
    const read = await text(decompressed(file(...parts.map((part) => compress(part)))));
    expect(read === parts.join('')).toBe(true);
  });

  test('that is cut off is an error', async () => {
    const whole = compress(long);
    await expect(text(decompressed(file(whole.subarray(0, whole.length - 100))))).rejects.toThrow();
    await expect(text(decompressed(file(compress('a\n'), whole.subarray(0, 1_000))))).rejects.toThrow();
  });
});

test('what is behind the text of a zstd file and is none is an error', async () => {
  await expect(text(unzstd(file(zstdCompressSync('a\n'), Buffer.from('no zstd'))))).rejects.toThrow();
});

test('parts that are to be skipped are', async () => {
  const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  expect(await text(unzstd(file(skipped, zstdCompressSync('a\n'), skipped, zstdCompressSync('b\n'))))).toBe('a\nb\n');
});

test('a file that is not there is an error', async () => {
  await expect(text(unzstd('/no/such/file'))).rejects.toThrow('ENOENT');
  await expect(text(gunzipped('/no/such/file'))).rejects.toThrow('ENOENT');
});
