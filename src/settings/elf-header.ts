/** The start of an ELF file (elf(5)) tells what it was made for; so many bytes of it are needed. */
export const elfHeaderBytes = 20;

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

/** Why a library cannot be loaded by a program, as far as the first bytes of both tell; undefined: nothing is against it. */
export function whyNotLoadable(library: Buffer, program: Buffer): string | undefined {
  if (library.length < elfHeaderBytes) return 'the file is too short for a library';
  if (!library.subarray(0, magic.length).equals(magic)) return 'it is not an ELF file';
  if (program.length < elfHeaderBytes) return undefined;
  const isSame = library[4] === program[4] && library[5] === program[5] && machineOf(library) === machineOf(program);
  return isSame ? undefined : `it is made for ${nameOf(library)}, and this is ${nameOf(program)}`;
}

/** e_machine, in the byte order that e_ident names. */
function machineOf(header: Buffer): number {
  return header[5] === 2 ? header.readUInt16BE(18) : header.readUInt16LE(18);
}

function nameOf(header: Buffer): string {
  const machine = machineOf(header);
  return machines.get(machine) ?? `machine ${machine}`;
}
