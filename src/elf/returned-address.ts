import { offsetOf } from './elf-segments.ts';
import { machine } from './elf-target.ts';
import type { OpenedElf } from './opened-elf.ts';

/** Enough for what compilers put in front. */
const codeBytes = 32;

/**
 * What a function returns that does nothing but return the address of a constant, read off its few instructions as
 * compilers write them; undefined where they are others, or for another machine than the two that most images are for.
 */
export function returnedAddress({ source, segments, target }: OpenedElf, code: number): number | undefined {
  const offset = offsetOf(segments, code);
  const instructions = offset === undefined ? undefined : source.read(offset, codeBytes);
  if (instructions === undefined) return undefined;
  switch (target.machine) {
    case machine.x8664:
      return returnedOnX86(instructions, code);
    case machine.aarch64:
      return returnedOnArm(instructions, code);
    default:
      return undefined;
  }
}

/** `endbr64`, and the frame of a function that was not optimized: `push rbp`, `mov rbp, rsp`. */
const usualOnX86 = ['f30f1efa', '55', '4889e5'].map((hex) => Buffer.from(hex, 'hex'));
const leaRax = Buffer.from('488d05', 'hex');

/** `lea rax, [rip + distance]` */
function returnedOnX86(code: Buffer, address: number): number | undefined {
  let position = 0;
  for (const usual of usualOnX86) {
    if (code.subarray(position, position + usual.length).equals(usual)) position += usual.length;
  }
  if (!code.subarray(position, position + leaRax.length).equals(leaRax)) return undefined;
  return address + position + 7 + code.readInt32LE(position + leaRax.length);
}

/** `bti c` and `paciasp`, at which a call may land. */
const padsOnArm: ReadonlySet<number> = new Set([0xd5_03_24_5f, 0xd5_03_23_3f]);

/** `adrp x0, page` and `add x0, x0, offset` */
function returnedOnArm(code: Buffer, address: number): number | undefined {
  const position = padsOnArm.has(code.readUInt32LE(0)) ? 4 : 0;
  const [page, add] = [code.readUInt32LE(position), code.readUInt32LE(position + 4)];
  if ((page & 0x9f_00_00_1f) >>> 0 !== 0x90_00_00_00 || (add & 0xff_c0_03_ff) >>> 0 !== 0x91_00_00_00) return undefined;
  // A signed number of 21 bits.
  const pages = (((((page >>> 5) & 0x7_ffff) << 2) | ((page >>> 29) & 3)) << 11) >> 11;
  return (Math.floor((address + position) / 4096) + pages) * 4096 + ((add >>> 10) & 0xfff);
}
