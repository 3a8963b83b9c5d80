/**
 * The lock file that a postmaster writes into its data folder
 * (https://www.postgresql.org/docs/18/storage-file-layout.html). It grows line by line during the start.
 */
export interface PostmasterPid {
  /** Negative in the file of a single-user backend. */
  readonly pid: number;
  readonly dataDirectory: string | undefined;
  readonly startEpochSeconds: number | undefined;
  readonly port: number | undefined;
  /** Empty when the server has no socket folder. */
  readonly socketDirectory: string | undefined;
  readonly listenAddress: string | undefined;
  /** Changes when the server starts its processes again after a crash, though pid and start time do not. */
  readonly sharedMemory: string | undefined;
  /** Not rewritten during such a restart, so `ready` alone proves nothing. */
  readonly status: string | undefined;
}

export function parsePostmasterPid(text: string): PostmasterPid | undefined {
  const lines = text.split('\n');
  // the last piece has no newline yet: it is not written to its end
  lines.pop();
  const pid = integer(lines[0]);
  if (pid === undefined) return undefined;
  return {
    pid,
    dataDirectory: lines[1],
    startEpochSeconds: integer(lines[2]),
    port: integer(lines[3]),
    socketDirectory: lines[4],
    listenAddress: lines[5],
    sharedMemory: lines[6]?.trim(),
    status: lines[7]?.trim(),
  };
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*-?\d{1,15}\s*$/.test(text) ? Number(text) : undefined;
}
