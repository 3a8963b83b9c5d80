import fc from 'fast-check';
import { expect, test } from 'vitest';
import { whyNotLoadable } from '../../../src/elf/elf-target.ts';
import { anyBytes, often } from '../../support/any-text.ts';

const x64 = Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0]);
const bigEndian = Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 22]);

test('any bytes are a library for this program, or there is a reason why not', () => {
  const bytes = anyBytes([x64, bigEndian, new Uint8Array(20), new Uint8Array(3)]);
  fc.assert(
    fc.property(bytes, bytes, (library, program) => {
      const why = whyNotLoadable(library, program);
      if (why === undefined) expect(library.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
      else expect(why).not.toBe('');
    }),
    often,
  );
});
