// ⚡ Starts processes as the user that production has, and lets none behind.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { splitLines } from '../../src/lib/line-splitter.ts';

export interface ProcessRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** How it is asked to end. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  readonly beforeStop?: () => void;
  readonly line?: (line: string) => void;
}

export interface RunningProcess {
  readonly pid: number;
  /** performance.now() just before the process was made. */
  readonly startedAtMs: number;
  /** The exit code, or the signal's name. Never rejects. */
  readonly exited: Promise<number | string>;
  /** Asks it to end and waits; throws if it did not end with 0. */
  readonly stop: () => Promise<void>;
  /** Throws with its last words if it has ended. */
  readonly mustRun: () => void;
}

export interface Processes {
  readonly start: (request: ProcessRequest) => RunningProcess;
  /** No process can be started from then on. */
  readonly stopAll: () => Promise<void>;
}

type OutputOnlyProcess = ChildProcessByStdio<null, Readable, Readable>;

const stopPatienceMs = 20_000;
const mostLines = 40;

export function processes(user: { readonly uid?: number; readonly gid?: number }): Processes {
  const running = new Set<RunningProcess>();
  const held = { isClosing: false };

  function start(request: ProcessRequest): RunningProcess {
    if (held.isClosing) throw new Error('the bench ends');
    const startedAtMs = performance.now();
    // Of its own session: a Ctrl-C is for the bench alone, which then ends everything in order.
    const child = spawn(request.file, [...request.args], {
      ...user,
      cwd: '/',
      env: { ...request.environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lastWords = listen(child, request.line);
    const ended = once(child, 'exit').then(
      ([code, signal]): number | string => code ?? signal,
      (error: unknown): string => String(error),
    );
    const failure = (how: number | string): Error =>
      new Error(`${request.file} ended with ${how}:\n${lastWords.join('\n')}`);
    const one: RunningProcess = {
      pid: child.pid ?? 0,
      startedAtMs,
      exited: ended.finally(() => running.delete(one)),
      mustRun: () => {
        if (!isRunning(child)) throw failure(child.exitCode ?? child.signalCode ?? 'an error');
      },
      stop: async () => {
        request.beforeStop?.();
        const how = await stopChild(child, request.stopSignal, ended);
        if (how !== 0) throw failure(how);
      },
    };
    if (isRunning(child)) running.add(one);
    return one;
  }

  async function stopAll(): Promise<void> {
    held.isClosing = true;
    await Promise.allSettled([...running].map((one) => one.stop()));
  }

  return { start, stopAll };
}

function isRunning(child: OutputOnlyProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function stopChild(
  child: OutputOnlyProcess,
  signal: NodeJS.Signals,
  ended: Promise<number | string>,
): Promise<number | string> {
  if (isRunning(child)) child.kill(signal);
  const how = await Promise.race([ended, delay(stopPatienceMs, 'patience', { ref: false })]);
  if (how === 'patience') child.kill('SIGKILL');
  return how;
}

/** Drains both outputs, whose reader a server could otherwise wait for; the list holds the last lines. */
function listen(
  child: ChildProcessByStdio<null, Readable, Readable>,
  line?: (line: string) => void,
): readonly string[] {
  const last: string[] = [];
  const keep = (text: string): void => {
    last.push(text);
    if (last.length > mostLines) last.shift();
    line?.(text);
  };
  child.once('error', (error) => keep(error.message));
  forward(child.stdout, keep);
  forward(child.stderr, keep);
  return last;
}

function forward(stream: Readable, line: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const split = splitLines(rest, chunk);
    rest = split.rest;
    for (const one of split.lines) line(one);
  });
}
