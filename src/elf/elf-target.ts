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
const machines: ReadonlyMap<number, string> = new Map([
  [3, 'x86 (32 bit)'],
  [21, 'ppc64'],
  [22, 's390x'],
  [40, 'arm (32 bit)'],
  [62, 'x86-64'],
  [183, 'aarch64'],
  [243, 'riscv64'],
]);

/** Undefined: the bytes are not the start of an ELF file. */
export function parseTarget(header: Buffer): ElfTarget | undefined {
  if (header.length < elfHeaderBytes || !header.subarray(0, magic.length).equals(magic)) return undefined;
  const order = header[5] === 2 ? 'big' : 'little';
  const machine = order === 'big' ? header.readUInt16BE(18) : header.readUInt16LE(18);
  return { bits: header[4] === 1 ? 32 : 64, order, machine };
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
export function describeTarget({ bits, machine }: ElfTarget): string {
  const name = machines.get(machine) ?? `machine ${machine}`;
  return bits === 32 && (machine === 62 || machine === 183) ? `${name} with 32 bit pointers` : name;
}
