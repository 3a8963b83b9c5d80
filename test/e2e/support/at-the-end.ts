import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A shell command that is run once: when the function that this returns is called, or when this process ends in
 * whatever way, for then the pipe is closed.
 */
export function atTheEnd(command: readonly [string, ...string[]]): () => Promise<void> {
  const child = spawn('sh', ['-c', 'cat >/dev/null; exec "$@"', 'sh', ...command], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const ended = once(child, 'exit');
  return async () => {
    child.ref();
    child.stdin.end();
    await ended;
  };
}
