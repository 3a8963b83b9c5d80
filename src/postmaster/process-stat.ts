/** What the kernel says about a process: proc_pid_stat(5). */
export interface ProcessStat {
  readonly command: string;
  readonly state: 'running' | 'frozen' | 'defunct';
  readonly parentPid: number;
  /** Clock ticks after boot: together with the pid it names a process for good. */
  readonly startTicks: number;
}

/** The command stands in brackets and may itself hold blanks and brackets, so the last one counts. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const state = fields[0];
  if (open < 0 || close < open || state === undefined || fields.length < 20) return undefined;
  const [parentPid, startTicks] = [Number(fields[1]), Number(fields[19])];
  if (!Number.isSafeInteger(parentPid) || !Number.isSafeInteger(startTicks)) return undefined;
  return { command: text.slice(open + 1, close), state: stateOf(state), parentPid, startTicks };
}

function stateOf(letter: string): ProcessStat['state'] {
  if (letter === 'Z' || letter === 'X') return 'defunct';
  return letter === 'T' || letter === 't' ? 'frozen' : 'running';
}
