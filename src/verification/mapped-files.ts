import { readFileSync, realpathSync } from 'node:fs';
import { errorCode } from '../lib/errors.ts';

/**
 * The files that a process has mapped, each once, by their real paths; undefined where the kernel does not tell. PostgreSQL
 * tells only the names of its modules: https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html
 */
export function mappedFiles(pid: number): readonly string[] | undefined {
  try {
    const paths = readFileSync(`/proc/${pid}/maps`, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const at = line.indexOf('/');
        return at < 0 ? [] : [line.slice(at)];
      });
    return [...new Set(paths)];
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
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
