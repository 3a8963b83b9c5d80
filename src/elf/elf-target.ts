/** The start of an ELF file (elf(5)) tells what it was made for; so many bytes of it are needed. */
export const elfHeaderBytes = 20;

/** What a program or a library was made for. */
export interface ElfTarget {
  readonly bits: 32 | 64;
  readonly order: 'little' | 'big';
  /** e_machine */
  readonly machine: number;
}

const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/** The numbers of the machines that containers run on: https://www.sco.com/developers/gabi/latest/ch4.eheader.html */
export const machine = { ppc64: 21, s390x: 22, x8664: 62, aarch64: 183, riscv64: 243 } as const;

const names: ReadonlyMap<number, string> = new Map([
  [3, 'x86 (32 bit)'],
  [machine.ppc64, 'ppc64'],
  [machine.s390x, 's390x'],
  [40, 'arm (32 bit)'],
  [machine.x8664, 'x86-64'],
  [machine.aarch64, 'aarch64'],
  [machine.riscv64, 'riscv64'],
]);

/** Undefined: the bytes are not the start of an ELF file. */
export function parseTarget(header: Buffer): ElfTarget | undefined {
  if (header.length < elfHeaderBytes || !header.subarray(0, magic.length).equals(magic)) return undefined;
  const order = header[5] === 2 ? 'big' : 'little';
  // What says that it is neither is passed over as one of 32 bit is.
  const bits = header[4] === 2 ? 64 : 32;
  return { bits, order, machine: order === 'big' ? header.readUInt16BE(18) : header.readUInt16LE(18) };
}

/** Why a library cannot be loaded by a program, as far as the first bytes of both tell; undefined: nothing is against it. */
export function whyNotLoadable(library: Buffer, program: Buffer): string | undefined {
  if (library.length < elfHeaderBytes) return 'the file is too short for a library';
  const ours = parseTarget(library);
  if (ours === undefined) return 'it is not an ELF file';
  const theirs = parseTarget(program);
  return theirs === undefined || isSameTarget(ours, theirs)
    ? undefined
    : `it is made for ${describeTarget(ours)}, and this is ${describeTarget(theirs)}`;
}

export function isSameTarget(one: ElfTarget, other: ElfTarget): boolean {
  return one.bits === other.bits && one.order === other.order && one.machine === other.machine;
}

/** `x86-64`, `aarch64`; with what differs from the usual for the machine. */
export function describeTarget(target: ElfTarget): string {
  const name = names.get(target.machine) ?? `machine ${target.machine}`;
  const isWide = target.machine === machine.x8664 || target.machine === machine.aarch64;
  if (target.bits === 32 && isWide) return `${name} with 32 bit pointers`;
  // The one that has both orders.
  return target.machine === machine.ppc64 && target.order === 'little' ? `${name}le` : name;
}
