import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, type TestContext } from 'vitest';
import { layOutPayload, type PayloadOptions } from '../../support/payload.ts';
import type { Exit } from '../../support/running-manager.ts';
import { sendSignal, sendSignalToGroup } from '../../support/send-signal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { childrenOf } from '../run/processes.ts';
import { type FakeCommand, type FakeReport, fakeManagerProgram } from './fake-manager.ts';

export interface InitOptions extends Partial<PayloadOptions> {
  /** Instead of being the first process of a pid namespace: a child of the test. */
  readonly isChild?: boolean;
  /** A command in front of the launcher that ends with executing it. */
  readonly wrapper?: readonly string[];
  readonly args?: readonly string[];
  /** Leave what it writes in the pipe. */
  readonly isUnread?: boolean;
}

/** The launcher's `run` on a fake manager; it ends with the test. */
export interface RunningInit extends AsyncDisposable {
  /** As the test sees it. */
  readonly pid: () => number;
  readonly output: () => string;
  readonly exited: Promise<Exit>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** The next manager that is started. */
  readonly manager: () => Promise<FakeManager>;
  readonly type: (text: string) => void;
}

export interface FakeManager {
  /** In its own namespace. */
  readonly pid: number;
  readonly startedAtMs: number;
  readonly reports: readonly FakeReport[];
  readonly say: (...lines: readonly string[]) => void;
  readonly sayRaw: (text: string) => void;
  readonly exit: (code: number) => void;
  readonly kill: (signal?: NodeJS.Signals) => void;
  readonly close: () => void;
  readonly spawn: (script: string, hasOwnSession?: boolean) => Promise<number>;
  readonly becomeNobody: () => void;
  readonly fillOutput: () => void;
  readonly deafen: (questions: number) => void;
  readonly readLog: () => Promise<string>;
  readonly dieTogetherWith: (pid: number) => void;
  /** All that there are in its namespace. */
  readonly processes: () => Promise<readonly number[]>;
  readonly hears: (line: string) => Promise<void>;
  readonly gets: (signal: NodeJS.Signals) => Promise<void>;
}

/** Without it a process cannot be the first one of a namespace. */
export function needsNamespaces(context: Pick<TestContext, 'skip'>): void {
  const { status } = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']);
  context.skip(status !== 0, 'no namespaces for this user');
}

export const firstProcess = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

/** A worker of the tests can be killed at any time. */
const endsWithUs = ['setpriv', '--pdeathsig', 'KILL'] as const;

const environment = {
  PATH: '/usr/bin:/bin',
  ASAN_OPTIONS: 'detect_leaks=0:exitcode=99', // valgrind looks for leaks
  UBSAN_OPTIONS: 'print_stacktrace=1',
};

export async function startInit(options: InitOptions = {}): Promise<RunningInit> {
  const { launcher } = layOutPayload({ build: 'sanitized', program: fakeManagerProgram, ...options });
  const socketPath = join(temporaryFolder('fake'), 'socket');
  const server = await listen(socketPath);
  const prefix = [...endsWithUs, ...(options.isChild === true ? [] : firstProcess), ...(options.wrapper ?? [])];
  const [command = launcher, ...args] = [...prefix, launcher, 'run', ...(options.args ?? [])];
  const child = spawn(command, args, {
    cwd: '/',
    env: { ...environment, FAKE_MANAGER_SOCKET: socketPath },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const text = { output: '' };
  for (const stream of options.isUnread === true ? [] : [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text.output += chunk;
    });
  }
  const pid = (): number => {
    const [started, ...forked] = [child.pid ?? 0, ...childrenOf(child.pid ?? 0)];
    return [started, ...forked].find((one) => isExecuting(one, launcher)) ?? forked[0] ?? started;
  };
  const exited = ended(child, options.isUnread === true ? 'exit' : 'close');
  return {
    pid,
    output: () => text.output,
    exited,
    signal: (signal) => void sendSignal(pid(), signal),
    manager: server.next,
    type: (typed) => void child.stdin.write(typed),
    [Symbol.asyncDispose]: async () => {
      server.close();
      if (child.exitCode === null && child.signalCode === null) {
        sendSignalToGroup(child.pid, 'SIGKILL');
        await once(child, 'exit');
      }
      expect(text.output).not.toMatch(/Sanitizer|runtime error/);
    },
  };
}

interface ManagerServer {
  readonly next: () => Promise<FakeManager>;
  readonly close: () => void;
}

async function listen(path: string): Promise<ManagerServer> {
  const arrived: FakeManager[] = [];
  const awaited: ((manager: FakeManager) => void)[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    fakeManager(socket, (manager) => {
      const listener = awaited.shift();
      if (listener === undefined) arrived.push(manager);
      else listener(manager);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    next: () => {
      const manager = arrived.shift();
      return manager === undefined ? new Promise((resolve) => awaited.push(resolve)) : Promise.resolve(manager);
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function fakeManager(socket: Socket, started: (manager: FakeManager) => void): void {
  const reports: FakeReport[] = [];
  const tell = (command: FakeCommand): void => void socket.write(`${JSON.stringify(command)}\n`);
  const sees = async (isWanted: (report: FakeReport) => boolean): Promise<void> => {
    await until('a report', () => reports.find(isWanted));
  };
  async function answerTo<K extends FakeReport['kind']>(command: FakeCommand, kind: K) {
    const before = reports.length;
    tell(command);
    return until(kind, () =>
      reports.slice(before).find((report): report is Extract<FakeReport, { kind: K }> => report.kind === kind),
    );
  }
  const manager = (pid: number): FakeManager => ({
    pid,
    startedAtMs: performance.now(),
    reports,
    say: (...lines) => tell({ do: 'say', text: lines.map((line) => `${line}\n`).join('') }),
    sayRaw: (text) => tell({ do: 'say', text }),
    exit: (code) => tell({ do: 'exit', code }),
    kill: (signal = 'SIGKILL') => tell({ do: 'kill', signal }),
    close: () => tell({ do: 'close' }),
    readLog: async () => (await answerTo({ do: 'read-log' }, 'log')).text,
    deafen: (times) => tell({ do: 'ask', times }),
    fillOutput: () => tell({ do: 'fill-output' }),
    dieTogetherWith: (other) => tell({ do: 'die-together', pid: other }),
    becomeNobody: () => tell({ do: 'become-nobody' }),
    spawn: async (script, hasOwnSession = true) =>
      (await answerTo({ do: 'spawn', script, hasOwnSession }, 'spawned')).pid,
    processes: async () => (await answerTo({ do: 'list-processes' }, 'processes')).pids,
    hears: (line) => sees((report) => report.kind === 'heard' && report.line === line),
    gets: (signal) => sees((report) => report.kind === 'signal' && report.signal === signal),
  });
  socket.on('error', () => undefined);
  createInterface({ input: socket })
    .on('error', () => undefined)
    .on('line', (line) => {
      const report: FakeReport = JSON.parse(line);
      reports.push(report);
      if (report.kind === 'started') started(manager(report.pid));
    });
}

async function ended(child: ChildProcess, event: 'exit' | 'close'): Promise<Exit> {
  await once(child, event);
  return { code: child.exitCode, signal: child.signalCode };
}

function isExecuting(pid: number, file: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) === file;
  } catch {
    return false; // gone
  }
}

/** Looks again and again; tests that run side by side cannot use vitest's own. */
export async function until<T>(what: string, look: () => T | undefined, timeoutMs = 10_000): Promise<T> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > untilMs) throw new Error(`waited for ${what}: not within ${timeoutMs} ms`);
    await delay(5);
  }
}

/** Of the processes whose parent this is, as `ps` has it: `S` sleeps, `Z` is a zombie. */
export function statesOfChildren(pid: number): readonly string[] {
  return childrenOf(pid).flatMap((child) => {
    try {
      return [/\) (.)/.exec(readFileSync(`/proc/${child}/stat`, 'utf8'))?.[1] ?? ''];
    } catch {
      return [];
    }
  });
}
