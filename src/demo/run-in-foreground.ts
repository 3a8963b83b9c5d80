// ⚡ Runs a program until it ends, and hands each signal on to it once.
import { constants } from 'node:os';
import { execa } from 'execa';

/** Copies of one Ctrl-C (the terminal's, npm's, a shell's) arrive together; a person's second one comes later. */
const copiesWithinMs = 500;

/**
 * The program's exit code, or 128 plus the signal that ended it. The program gets a session of its own, so that
 * signals reach it from here only: a second signal would mean "stop harder" to it, and one Ctrl-C arrives at a child
 * of npm twice, from the terminal and from npm.
 */
export async function runInForeground(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const child = execa(file, args, {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    env,
    detached: true,
    cleanup: false,
    reject: false,
    // An end by force would leave PostgreSQL behind.
    forceKillAfterDelay: false,
  });
  let lastSignalMs = Number.NEGATIVE_INFINITY;
  const handOn = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    if (nowMs - lastSignalMs > copiesWithinMs) {
      child.kill(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    }
    lastSignalMs = nowMs;
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
  for (const signal of signals) {
    process.on(signal, handOn);
  }
  const { exitCode, signal } = await child;
  for (const name of signals) {
    process.off(name, handOn);
  }
  return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
}
