import { readFileSync, statSync } from 'node:fs';

export interface LockFile {
  readonly path: string;
  /** Changes when it is made anew or written to. */
  readonly identity: string;
  /** Its first line is a pid, as PostgreSQL reads one. */
  readonly namesProcess: boolean;
}

/** The lock file as it is now; undefined: there is none, or it cannot be read. */
export function observeLockFile(dataDirectory: string): LockFile | undefined {
  const path = `${dataDirectory}/postmaster.pid`;
  try {
    const { ino, mtimeNs } = statSync(path, { bigint: true });
    const first = /^\s*[-+]?\d+/.exec(readFileSync(path, 'latin1'))?.[0];
    return { path, identity: `${ino} ${mtimeNs}`, namesProcess: Number(first ?? 0) !== 0 };
  } catch {
    return undefined;
  }
}
