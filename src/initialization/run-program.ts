import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { errorCode } from '../lib/errors.ts';
import { hideSecrets } from '../lib/hide-secrets.ts';
import { lastWords, mostLastLines } from './last-words.ts';
import { terminateTree } from './process-tree.ts';

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads; nothing when it is left out. */
  readonly input?: Readable;
  /** An open file that it gets as its descriptor 3. */
  readonly descriptor?: number;
  readonly started?: (pid: number) => void;
}

export type ProgramEnd =
  | { readonly kind: 'done' }
  /** It was told to stop. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly code: number; readonly message: string };

/** Who holds its output after its end does not hold us. */
const drainAfterExitMs = 200;
/** One Ctrl-C reaches all processes of a terminal, and a child can be gone before we hear of it ourselves. */
const sameSignalMs = 100;
const cannotExecute = 71;

/**
 * Runs a program to its end, its output line by line. It stays in the process group of the manager, so that whoever
 * ends the group ends it, too. When a stop is asked for, it goes with all that it started.
 */
export async function runProgram(
  program: Program,
  line: (line: string) => void,
  stop: AbortSignal,
): Promise<ProgramEnd> {
  if (stop.aborted) return { kind: 'interrupted' };
  const child = spawnProgram(program);
  const { pid } = child;
  if (pid === undefined) {
    await child;
    return { kind: 'failed', code: cannotExecute, message: `${program.file} cannot be executed` };
  }
  const exited = exitOf(child.nodeChildProcess);
  program.started?.(pid);
  const last = lineTeller(line);
  const drained = Promise.all([child.stdout, child.stderr].map((stream) => forwardLines(stream, last.tell)));
  const fed = feed(program.input, child.stdin);
  const terminate = (): void => void terminateTree(pid, exited);
  stop.addEventListener('abort', terminate, { once: true });
  const exit = await exited;
  stop.removeEventListener('abort', terminate);
  await Promise.race([drained, delay(drainAfterExitMs)]);
  const inputProblem = await fed;
  if (exit.code !== 0) await stoppedWithin(sameSignalMs, stop);
  if (stop.aborted) return { kind: 'interrupted' };
  if (exit.code === 0 && inputProblem === undefined) return { kind: 'done' };
  const how = exit.signal === null ? 'it said nothing' : `it was ended by ${exit.signal}`;
  return { kind: 'failed', code: exit.code || 1, message: inputProblem ?? lastWords(last.lines()) ?? how };
}

function spawnProgram({ file, args, environment, input, descriptor }: Program) {
  return execa(file, [...args], {
    cwd: '/',
    env: { ...environment },
    extendEnv: false,
    buffer: false,
    reject: false,
    stdio: [
      input === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      ...(descriptor === undefined ? [] : [createReadStream('', { fd: descriptor, autoClose: false })]),
    ],
  });
}

function lineTeller(line: (line: string) => void): {
  readonly tell: (raw: string) => void;
  readonly lines: () => readonly string[];
} {
  const held: { lines: readonly string[] } = { lines: [] };
  return {
    lines: () => held.lines,
    tell: (raw) => {
      const text = hideSecrets(raw);
      if (text.trim() === '') return;
      held.lines = [...held.lines, text].slice(-mostLastLines);
      line(text);
    },
  };
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

type Spawned = ReturnType<typeof spawnProgram>;

function exitOf(child: Spawned['nodeChildProcess']): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code: number | null, signal: NodeJS.Signals | null) => resolve({ code, signal }));
  });
}

/** What another program writes; an error of the stream when that program fails. */
export function outputOf(file: string, args: readonly string[], environment: Program['environment']): Readable {
  return execa(file, [...args], {
    cwd: '/',
    env: { ...environment },
    extendEnv: false,
    stdin: 'ignore',
    buffer: false,
  }).readable();
}

function forwardLines(stream: Readable, line: (line: string) => void): Promise<void> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', line);
  return new Promise((resolve) => {
    lines.once('close', resolve);
    stream.once('error', () => resolve());
  });
}

/** What is wrong with the input itself; who does not read it to its end has his own reasons. */
async function feed(
  input: Readable | undefined,
  stdin: NodeJS.WritableStream | null | undefined,
): Promise<string | undefined> {
  if (input === undefined || stdin === null || stdin === undefined) return undefined;
  try {
    await pipeline(input, stdin);
    return undefined;
  } catch (error) {
    const isReader = ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(errorCode(error) ?? '');
    return isReader || !(error instanceof Error) ? undefined : (error.message.split('\n')[0] ?? error.message);
  }
}

async function stoppedWithin(ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  await delay(ms, undefined, { signal: stop }).catch(() => undefined);
}
