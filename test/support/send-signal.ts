/**
 * Sends a signal to one process. A number that names none is an error here: kill(2) takes 0 for the sender's own group,
 * which is the whole run of the tests, and -1 for everybody.
 */
export function sendSignal(pid: number | null | undefined, signal: NodeJS.Signals): void {
  process.kill(oneProcess(pid, signal), signal);
}

/** To a process that was started detached, and to all that it has started. */
export function sendSignalToGroup(leader: number | null | undefined, signal: NodeJS.Signals): void {
  process.kill(-oneProcess(leader, signal), signal);
}

function oneProcess(pid: number | null | undefined, signal: NodeJS.Signals): number {
  if (typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1) return pid;
  throw new Error(`${signal} is for a process, and ${pid} is none`);
}
