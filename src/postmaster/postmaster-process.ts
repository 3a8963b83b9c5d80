import { writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { oomScores } from '../environment/oom-scores.ts';
import type { ExitStatus } from './exit-status.ts';
import { forwardLines } from './forward-lines.ts';
import type { LogPipe } from './log-pipe.ts';
import { readOwnOomScore } from './observe-process.ts';

/** All that a postmaster is started with. */
export interface PostmasterLaunch {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface PostmasterProcess {
  readonly pid: number;
  readonly signal: (signal: NodeJS.Signals) => void;
}

export interface PostmasterListener {
  readonly line: (line: string) => void;
  readonly exited: (status: ExitStatus) => void;
}

/** Orphaned backends can hold the pipe long after the postmaster is gone; its last words come before that. */
const drainAfterExitMs = 200;

/**
 * Starts a postmaster as a direct child in a session of its own: a Ctrl-C on the terminal or a signal to the manager's
 * group must not reach it behind the manager's back. Its output is read to the end whatever happens, because a full
 * pipe would block it, also when it is told to stop. With a log pipe, its output goes there and outlives the manager.
 */
export function spawnPostmaster(
  launch: PostmasterLaunch,
  listener: PostmasterListener,
  logPipe: LogPipe | undefined,
): PostmasterProcess | { readonly failed: string } {
  const output = logPipe?.writeEnd ?? 'pipe';
  const child = execa(launch.file, [...launch.args], {
    cwd: '/',
    env: { ...launch.environment },
    extendEnv: false,
    detached: true,
    cleanup: false,
    // or execa would follow a SIGTERM, which asks for a smart shutdown, with SIGKILL
    forceKillAfterDelay: false,
    buffer: false,
    reject: false,
    stdio: ['ignore', output, output],
  });
  const { pid } = child;
  if (pid === undefined) return { failed: `${launch.file} cannot be executed` };
  raiseOomScore(pid);
  const { stdout, stderr } = child.nodeChildProcess;
  const drained = Promise.all([stdout, stderr].map((stream) => forwardStream(stream, listener.line)));
  child.nodeChildProcess.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
    const status: ExitStatus = signal === null ? { kind: 'code', code: code ?? 0 } : { kind: 'signal', signal };
    const drainedOrNot = Promise.race([drained, delay(drainAfterExitMs)]);
    void drainedOrNot.then(() => listener.exited(status));
  });
  return { pid, signal: (signal) => void child.kill(signal) };
}

function forwardStream(stream: Readable | null, line: (line: string) => void): Promise<void> {
  if (stream === null) return Promise.resolve();
  const lines = forwardLines(line);
  stream.on('data', lines.write);
  return new Promise((resolve) => {
    stream.once('close', () => {
      lines.end();
      resolve();
    });
    stream.once('error', () => resolve());
  });
}

/** Its children give themselves theirs through PG_OOM_ADJUST_VALUE. */
function raiseOomScore(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(oomScores(readOwnOomScore()).postmaster));
  } catch {
    // A sandbox without a writable /proc: the kernel then chooses by size alone.
  }
}
