/** Texts of the kernel about processes: https://man7.org/linux/man-pages/man5/proc.5.html */

/** VmRSS of /proc/<pid>/status in MiB. */
export function parseResidentMib(status: string): number | undefined {
  const match = /^VmRSS:\s*(\d+) kB$/m.exec(status);
  return match === null ? undefined : Number(match[1]) / 1024;
}

/** Clock ticks of /proc/<pid>/stat: the process's own, and those of its children that have ended. */
export function parseCpuTicks(stat: string): { readonly own: number; readonly endedChildren: number } | undefined {
  // The command in brackets may hold blanks.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime, stime, cutime, cstime] = fields.slice(11, 15);
  if (utime === undefined || stime === undefined || cutime === undefined || cstime === undefined) return undefined;
  return { own: utime + stime, endedChildren: cutime + cstime };
}

/** The first line of /proc/stat: how much of all ticks since boot somebody worked, thieves on the host included. */
export function parseMachineTicks(stat: string): { readonly busy: number; readonly all: number } | undefined {
  const match = /^cpu\s+(.*)$/m.exec(stat);
  if (match === null) return undefined;
  // Guests are contained in user and nice.
  const ticks = (match[1] ?? '').split(' ').map(Number).slice(0, 8);
  const all = ticks.reduce((sum, one) => sum + one, 0);
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all };
}
