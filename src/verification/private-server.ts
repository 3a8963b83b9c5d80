import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type ProgramEnd, runProgram } from '../initialization/run-program.ts';
import { signalProcess } from '../lib/signal-process.ts';
import { observePostmasterPid } from '../postmaster/observe-process.ts';
import { crashOfChild, isAboutFiles, isLastWord, parsePostgresLogLine } from '../postmaster/postmaster-log.ts';
import type { ServerAddress } from '../server/connection.ts';
import { type PrivateSettings, privatePort, renderPrivateSettings } from './private-settings.ts';
import type { WorkFolder } from './work-folder.ts';

export interface PrivateServerRequest {
  readonly binDirectory: string;
  readonly work: WorkFolder;
  readonly settings: PrivateSettings;
  /** With what the images add. */
  readonly environment: Readonly<Record<string, string>>;
  /** The server goes at once when it is aborted. */
  readonly stop: AbortSignal;
}

export type Started = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly message: string };

/** A PostgreSQL of our own, on a socket that only we can reach. */
export interface PrivateServer {
  readonly address: ServerAddress;
  /** Starts it, or starts it again, with these in shared_preload_libraries. */
  readonly start: (preload: readonly string[]) => Promise<Started>;
  readonly isRunning: () => boolean;
  /** Why it went down; undefined: it is still up after this time. */
  readonly crash: (withinMs: number) => Promise<string | undefined>;
  /** It can be started again. */
  readonly halt: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Running {
  pid: number | undefined;
  isOver: boolean;
  readonly lines: string[];
  ended: Promise<ProgramEnd>;
}

const lookEveryMs = 5;
const startWithinMs = 60_000;
const endWithinMs = 10_000;
const mostLines = 200;
const superuser = 'postgres';

export type MadeCluster = { readonly kind: 'made' } | { readonly kind: 'failed'; readonly message: string };

/** https://www.postgresql.org/docs/18/app-initdb.html: the same on every machine, and as little as there can be to write. */
export async function makeCluster({
  binDirectory,
  work,
  environment,
  stop,
}: Pick<PrivateServerRequest, 'binDirectory' | 'work' | 'environment' | 'stop'>): Promise<MadeCluster> {
  const args = [
    ...['--pgdata', dataFolder(work), '--username', superuser, '--auth=trust', '--encoding=UTF8'],
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...['--no-sync', '--no-instructions', '--no-data-checksums', '--wal-segsize=1'],
  ];
  const program = { file: `${binDirectory}/initdb`, args, environment };
  const end = await runProgram(program, () => undefined, stop);
  stop.throwIfAborted();
  return end.kind === 'failed' ? { kind: 'failed', message: `initdb failed: ${end.message}` } : { kind: 'made' };
}

function dataFolder(work: WorkFolder): string {
  return `${work.path}/data`;
}

/** The server of a cluster that was made; it does not run yet. */
export function privateServer(request: PrivateServerRequest): PrivateServer {
  const data = dataFolder(request.work);
  const madeByInitdb = readFileSync(`${data}/postgresql.conf`, 'utf8');
  const held: { running: Running | undefined } = { running: undefined };
  const end = async (first: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    const { running } = held;
    if (running === undefined) return;
    // On SIGQUIT a postmaster kills after 5 s whoever does not go: https://www.postgresql.org/docs/18/server-shutdown.html
    for (const signal of first === 'SIGINT'
      ? (['SIGINT', 'SIGQUIT', 'SIGKILL'] as const)
      : (['SIGQUIT', 'SIGKILL'] as const)) {
      if (!running.isOver) signalProcess(running.pid ?? 0, signal);
      if (await endedWithin(running, endWithinMs)) break;
    }
    held.running = undefined;
  };
  const quit = (): void => {
    const { running } = held;
    if (running !== undefined && !running.isOver) signalProcess(running.pid ?? 0, 'SIGQUIT');
  };
  request.stop.addEventListener('abort', quit, { once: true });
  return {
    address: {
      host: request.work.socketFolder,
      port: privatePort,
      user: superuser,
      passwordFile: undefined,
      password: undefined,
    },
    start: async (preload) => {
      await end('SIGINT');
      request.stop.throwIfAborted();
      const settings = renderPrivateSettings(request.settings, preload);
      writeFileSync(`${data}/postgresql.conf`, `${madeByInitdb}\n${settings}`);
      const running = spawnPostmaster(request, data);
      held.running = running;
      const started = await readiness(running, data);
      if (started.kind === 'failed') await end('SIGQUIT');
      request.stop.throwIfAborted();
      return started;
    },
    isRunning: () => held.running?.isOver === false,
    crash: async (withinMs) => {
      const { running } = held;
      if (running === undefined) return 'PostgreSQL is not running';
      return (await endedWithin(running, withinMs)) ? crashIn(running.lines) : undefined;
    },
    halt: () => end('SIGQUIT'),
    close: async () => {
      await end('SIGQUIT');
      request.stop.removeEventListener('abort', quit);
    },
  };
}

function spawnPostmaster({ binDirectory, environment }: PrivateServerRequest, data: string): Running {
  const running: Running = {
    pid: undefined,
    isOver: false,
    lines: [],
    ended: Promise.resolve({ kind: 'interrupted' }),
  };
  running.ended = runProgram(
    {
      file: `${binDirectory}/postgres`,
      args: ['-D', data],
      environment,
      started: (pid) => {
        running.pid = pid;
      },
    },
    (line) => {
      running.lines.push(line);
      if (running.lines.length > mostLines) running.lines.shift();
    },
    // It is told to end by the signals that mean something to it.
    new AbortController().signal,
  ).finally(() => {
    running.isOver = true;
  });
  return running;
}

async function readiness(running: Running, data: string): Promise<Started> {
  for (let waitedMs = 0; !running.isOver; waitedMs += lookEveryMs) {
    const file = observePostmasterPid(data);
    if (file !== undefined && file.pid === running.pid && file.status === 'ready') return { kind: 'ready' };
    if (waitedMs > startWithinMs)
      return { kind: 'failed', message: `it was not ready within ${startWithinMs / 1000} s` };
    await delay(lookEveryMs);
  }
  return { kind: 'failed', message: lastWordsOf(running.lines) ?? 'it ended without a word' };
}

function endedWithin(running: Running, ms: number): Promise<boolean> {
  const timeout = new AbortController();
  const late = delay(ms, false, { signal: timeout.signal }).catch(() => false);
  return Promise.race([running.ended.then(() => true), late]).finally(() => timeout.abort());
}

function lastWordsOf(lines: readonly string[]): string | undefined {
  const words = lines.map(parsePostgresLogLine).filter((line) => isLastWord(line) || isAboutFiles(line));
  return words.length === 0 ? lines.at(-1) : words.map(({ text }) => text.replace(/^[A-Z]+: {2}/, '')).join('; ');
}

/** `server process (PID 7) was terminated by signal 11: Segmentation fault`, and what it was at. */
function crashIn(lines: readonly string[]): string {
  const at = lines.findLastIndex((line) => crashOfChild(parsePostgresLogLine(line)) !== undefined);
  const crash = at < 0 ? undefined : crashOfChild(parsePostgresLogLine(lines[at] ?? ''));
  const detail = at < 0 ? undefined : /^DETAIL: {2}(.*)$/.exec(lines[at + 1] ?? '')?.[1];
  const words = crash ?? lastWordsOf(lines) ?? 'it ended without a word';
  return detail === undefined ? words : `${words} (${detail.slice(0, 300)})`;
}
