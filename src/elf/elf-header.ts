import type { ElfNumbers } from './elf-numbers.ts';

export const wholeHeaderBytes = 64;

const elfType = { program: 2, shared: 3 } as const;
const currentVersion = 1;
const programHeaderBytes = 56;
/** ELFOSABI_SYSV and ELFOSABI_GNU. */
const osAbi = { any: 0, gnu: 3 } as const;
/** LIBC_ABI_MAX of glibc: what is known of it grows slowly. */
const mostAbiVersions = 16;

/** What of the header of a file of 64 bit makes glibc stop, in its words (open_verify, elf/dl-load.c); undefined: nothing. */
export function refuseHeader(header: Buffer, numbers: ElfNumbers): string | undefined {
  const [abi = 0, abiVersion = 0] = header.subarray(7, 9);
  if (header[5] !== 1 && header[5] !== 2) return 'ELF file data encoding unknown';
  if (header[6] !== currentVersion) return 'ELF file version ident does not match current one';
  if (abi !== osAbi.any && abi !== osAbi.gnu) return 'ELF file OS ABI invalid';
  if (abiVersion >= (abi === osAbi.gnu ? mostAbiVersions : 1)) return 'ELF file ABI version invalid';
  if (header.subarray(9, 16).some((byte) => byte !== 0)) return 'nonzero padding in e_ident';
  if (numbers.u32(header, 20) !== currentVersion) return 'ELF file version does not match current one';
  if (!isShared(header, numbers) && !isFixedProgram(header, numbers)) return 'only ET_DYN and ET_EXEC can be loaded';
  return numbers.u16(header, 54) === programHeaderBytes ? undefined : "ELF file's phentsize not the expected size";
}

/** ET_EXEC: a program that must be at an address of its own. One that need not is the same as a library here. */
export function isFixedProgram(header: Buffer, numbers: ElfNumbers): boolean {
  return numbers.u16(header, 16) === elfType.program;
}

function isShared(header: Buffer, numbers: ElfNumbers): boolean {
  return numbers.u16(header, 16) === elfType.shared;
}

/** Where the table of program headers is. */
export function programHeaders(
  header: Buffer,
  numbers: ElfNumbers,
): { readonly offset: number; readonly count: number } {
  return { offset: numbers.u64(header, 32), count: numbers.u16(header, 56) };
}
