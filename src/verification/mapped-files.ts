import { readFileSync, realpathSync, statSync } from 'node:fs';
import { errorCode } from '../lib/errors.ts';

/**
 * The files that a process has mapped, each once, by their real paths; undefined where the kernel does not tell. PostgreSQL
 * tells only the names of its modules: https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html. Of an overlay above
 * another one, as podman mounts images, the kernel tells paths that begin somewhere else; these are left out.
 */
export function mappedFiles(pid: number): readonly string[] | undefined {
  try {
    const mapped = new Map<string, bigint>();
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, inode, path] = /^\S+ \S+ \S+ \S+ (\d+) +(\/.*)$/.exec(line) ?? [];
      if (inode !== undefined && path !== undefined) mapped.set(path, BigInt(inode));
    }
    return [...mapped].filter(([path, inode]) => isThere(path, inode)).map(([path]) => path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

function isThere(path: string, inode: bigint): boolean {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino === inode;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}

/** The path without links; as it is when nobody can tell. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return path;
  }
}
