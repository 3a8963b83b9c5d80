import { expect, test } from 'vitest';
import { whyNotLoadable } from '../../../src/elf/elf-target.ts';

/** The first bytes of an ELF file: 64 or 32 bit, little or big endian, for that machine. */
function header(machine: number, { bits = 64, isBig = false } = {}): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, bits === 64 ? 2 : 1, isBig ? 2 : 1]);
  if (isBig) bytes.writeUInt16BE(machine, 18);
  else bytes.writeUInt16LE(machine, 18);
  return bytes;
}

const x64 = header(62);

test.each<[string, Buffer, string | undefined]>([
  ['for the same machine', header(62), undefined],
  ['for aarch64', header(183), 'it is made for aarch64, and this is x86-64'],
  ['for 32 bit', header(3, { bits: 32 }), 'it is made for x86 (32 bit), and this is x86-64'],
  ['for the other byte order', header(22, { isBig: true }), 'it is made for s390x, and this is x86-64'],
  ['for a machine without a name here', header(4711), 'it is made for machine 4711, and this is x86-64'],
  ['that is a text', Buffer.from('INPUT(libc.so.6) # a linker script'), 'it is not an ELF file'],
  ['that is empty', Buffer.alloc(0), 'the file is too short for a library'],
])('a library %s: %o', (_, library, expected) => {
  expect(whyNotLoadable(library, x64)).toBe(expected);
});

test('nothing is held against a library when the program cannot be read', () => {
  expect(whyNotLoadable(header(183), Buffer.alloc(0))).toBeUndefined();
});
