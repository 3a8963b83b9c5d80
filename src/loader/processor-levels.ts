import { machine } from '../elf/elf-target.ts';

/**
 * By level of the x86-64 psABI, what a processor must have of it, by the names of /proc/cpuinfo. That of LZCNT (`abm`) is
 * not among them: kernels of some virtual machines do not show it, where glibc, which asks the processor, finds it.
 */
const x86Levels: readonly (readonly [folder: string, flags: readonly string[]])[] = [
  ['x86-64-v2', ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3']],
  ['x86-64-v3', ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'movbe', 'xsave']],
  ['x86-64-v4', ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl']],
];

/**
 * The subfolders of `glibc-hwcaps` that this processor may use, best first. On Power and Z all that there are: a library
 * that is there is better taken for one that is found than for one that is missing.
 * https://man7.org/linux/man-pages/man8/ld.so.8.html (Hardware capabilities)
 */
export function processorLevels(machineNumber: number, cpuinfo: string): readonly string[] {
  switch (machineNumber) {
    case machine.x8664:
      return x86LevelsOf(cpuinfo);
    case machine.ppc64:
      return ['power10', 'power9'];
    case machine.s390x:
      return ['z17', 'z16', 'z15', 'z14', 'z13'];
    default:
      return [];
  }
}

function x86LevelsOf(cpuinfo: string): readonly string[] {
  const flags = new Set((/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? '').split(' '));
  const missing = x86Levels.findIndex(([, needed]) => !needed.every((flag) => flags.has(flag)));
  return x86Levels
    .slice(0, missing < 0 ? undefined : missing)
    .map(([folder]) => folder)
    .reverse();
}

/** What `$PLATFORM` may stand for: the kernel's word for the machine, or glibc's for the processor. */
export function platformTokens(machineNumber: number): readonly string[] {
  switch (machineNumber) {
    case machine.x8664:
      return ['x86_64', 'haswell', 'xeon_phi'];
    case machine.aarch64:
      return ['aarch64'];
    default:
      return [];
  }
}
