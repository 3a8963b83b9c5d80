import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

/** The lock file beside a socket: https://www.postgresql.org/docs/18/runtime-config-connection.html#GUC-UNIX-SOCKET-DIRECTORIES */
export interface SocketLock {
  readonly path: string;
  readonly pid: number;
}

/**
 * Lock files of sockets in this folder that a postmaster of this data folder has made, if something has their pid now: a
 * process, a zombie, a thread. The second line says whose they are.
 */
export function observeSocketLocks(socketFolder: string, dataDirectory: string): readonly SocketLock[] {
  if (!existsSync(socketFolder)) return [];
  return readdirSync(socketFolder)
    .filter((name) => /^\.s\.PGSQL\.\d+\.lock$/.test(name))
    .map((name) => `${socketFolder}/${name}`)
    .flatMap((path) => {
      const [first, owner] = readText(path)?.split('\n') ?? [];
      const pid = Number(first);
      const isOurs = owner !== undefined && isSameFolder(owner, dataDirectory);
      return isOurs && Number.isInteger(pid) && pid > 0 && existsSync(`/proc/${pid}`) ? [{ path, pid }] : [];
    });
}

function isSameFolder(one: string, other: string): boolean {
  try {
    const [first, second] = [statSync(one), statSync(other)];
    return first.dev === second.dev && first.ino === second.ino;
  } catch {
    return false;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
