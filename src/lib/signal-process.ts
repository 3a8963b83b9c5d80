/**
 * Sends a signal to a process that need not be a child; false when it is gone or another user's. A number that names no
 * single process is nobody's: kill(2) takes 0 for the manager's own group, and -1 for everybody that it may signal.
 * https://man7.org/linux/man-pages/man2/kill.2.html
 */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
