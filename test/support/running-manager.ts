import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { InstanceStatus } from '../../src/status/instance-status.ts';

export const program = fileURLToPath(new URL('../../dist/pg-instance-manager.cjs', import.meta.url));

/** How a process ended: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A line of the manager's log on stdout. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface StartOptions {
  /** Arguments of `run`; without addresses of their own, the endpoints get free ports. */
  readonly flags: readonly string[];
  /** Words after `run`, instead of the flags. */
  readonly words?: readonly string[];
  /** Added to the few variables that every manager under test has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder of PostgreSQL's socket. */
  readonly socketFolder: string;
  /** The folder of the control socket. */
  readonly runDirectory: string;
  /** A command that ends with executing its arguments in its own process, such as `unshare`. */
  readonly wrapper?: readonly string[];
  /** The token that is sent with every request, when one is wanted. */
  readonly token?: string;
  /** Leave what it writes to stdout in the pipe, as a reader that stands still does. */
  readonly unread?: boolean;
}

/** The bundled program while it runs, seen as from outside. */
export interface RunningManager {
  readonly pid: number;
  readonly log: () => readonly LogLine[];
  /** Everything it has written so far, as it is. */
  readonly output: () => string;
  readonly exited: Promise<Exit>;
  /** `host:port` that it listens on. */
  readonly address: (face?: Face) => Promise<string>;
  /** What becomes of its stdout from now on: read, left in the pipe as by a reader that stands still, or closed. */
  readonly stdout: (state: 'read' | 'left' | 'closed') => void;
  readonly get: (path: string, face?: Face) => Promise<Answer>;
  readonly request: (method: string, path: string, face?: Face) => Promise<Answer>;
  readonly status: () => Promise<InstanceStatus>;
  /** Looks at the status again and again until it is as wanted, and returns that one. */
  readonly waitFor: (isWanted: (status: InstanceStatus) => boolean, timeoutMs?: number) => Promise<InstanceStatus>;
  readonly waitForLog: (isWanted: (line: LogLine) => boolean, timeoutMs?: number) => Promise<LogLine>;
  /** Until `/readyz` says yes and the settings are in force. */
  readonly ready: () => Promise<InstanceStatus>;
  readonly control: (method: string, path: string) => Promise<Answer>;
  /** A session that stays open until the end of the manager. */
  readonly client: (config?: pg.ClientConfig) => Promise<pg.Client>;
  /** The rows of one statement in a session of its own. */
  readonly sql: (statement: string, config?: pg.ClientConfig) => Promise<readonly Record<string, unknown>[]>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Sends the signal, if it still runs, and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Exit>;
}

type Face = 'status' | 'metrics';

/** As the launcher and the first line of the program give them. */
const nodeFlags = ['--max-semi-space-size=2', '--min-semi-space-size=2'];
const baseEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export function startManager(options: StartOptions): RunningManager {
  const addresses = ['--status-address', '--metrics-address'].flatMap((flag) =>
    options.flags.some((given) => given === flag || given.startsWith(`${flag}=`)) ? [] : [flag, '127.0.0.1:0'],
  );
  const [command = process.execPath, ...args] = [
    ...(options.wrapper ?? []),
    ...[process.execPath, ...nodeFlags, program, 'run', ...(options.words ?? [...addresses, ...options.flags])],
  ];
  const child = spawn(command, args, {
    cwd: '/',
    env: { ...baseEnvironment, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  killAtTheEnd(pid);
  const [stdout, stderr] = [options.unread === true ? () => '' : collect(child.stdout), collect(child.stderr)];
  const exited = ended(child, options.unread === true ? 'exit' : 'close');
  const clients = new Set<pg.Client>();
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const output = (): string => stdout() + stderr();
  const log = (): readonly LogLine[] => parseLog(stdout());

  async function poll<T>(what: string, look: () => Promise<T | undefined>, timeoutMs: number): Promise<T> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const hasEnded = isOver();
      const seen = await look();
      if (seen !== undefined) return seen;
      const why = hasEnded ? 'the manager has ended' : performance.now() > untilMs ? `not within ${timeoutMs} ms` : '';
      if (why !== '') throw new Error(`waited for ${what}: ${why}. It said:\n${output().slice(-6_000)}`);
      await delay(15);
    }
  }

  const waitForLog: RunningManager['waitForLog'] = (isWanted, timeoutMs = 30_000) =>
    poll('a line of the log', async () => log().find(isWanted), timeoutMs);

  // Asked for with each request, and the log can be long.
  const listening: { line: LogLine | undefined } = { line: undefined };

  async function address(face: Face = 'status'): Promise<string> {
    listening.line ??= await waitForLog((line) => line.msg === 'listening');
    const { addresses } = listening.line;
    const found = Array.isArray(addresses) ? addresses[face === 'status' ? 0 : 1] : undefined;
    if (typeof found !== 'string') throw new Error(`no address for ${face}`);
    return found;
  }

  const scheme = options.flags.includes('--tls-cert-file') ? 'https' : 'http';
  const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  const ask: RunningManager['request'] = async (method, path, face) =>
    askHttp(method, `${scheme}://${await address(face)}${path}`, { headers });
  const get: RunningManager['get'] = (path, face) => ask('GET', path, face);
  const status = async (): Promise<InstanceStatus> => JSON.parse((await get('/status')).body);

  const waitFor: RunningManager['waitFor'] = async (isWanted, timeoutMs = 30_000) => {
    const last: { status: InstanceStatus | undefined } = { status: undefined };
    const look = async (): Promise<InstanceStatus | undefined> => {
      last.status = (await status().catch(() => undefined)) ?? last.status;
      return last.status !== undefined && isWanted(last.status) ? last.status : undefined;
    };
    return poll('a status', look, timeoutMs).catch((error: Error) => {
      throw new Error(`${error.message}\nThe last status:\n${JSON.stringify(last.status, undefined, 1)}`);
    });
  };

  async function client(config: pg.ClientConfig = {}): Promise<pg.Client> {
    const one = new pg.Client({ host: options.socketFolder, user: 'postgres', database: 'postgres', ...config });
    one.on('error', () => undefined); // a server that goes down under it is expected here
    clients.add(one);
    await one.connect();
    return one;
  }

  return {
    pid,
    log,
    output,
    exited,
    address,
    stdout: (state) => {
      if (state === 'read') child.stdout.resume();
      else if (state === 'left') child.stdout.pause();
      else child.stdout.destroy();
    },
    get,
    request: ask,
    status,
    waitFor,
    waitForLog,
    ready: () => waitFor(({ postgres, configuration }) => postgres.ready && configuration.state !== 'pending', 20_000),
    control: (method, path) =>
      askHttp(method, `http://manager${path}`, { socketPath: `${options.runDirectory}/pg-instance-manager.sock` }),
    client,
    sql: async (statement, config) => {
      const one = await client(config);
      try {
        return (await one.query(statement)).rows;
      } finally {
        clients.delete(one);
        await one.end();
      }
    },
    signal: (signal) => void child.kill(signal),
    stop: async (signal = 'SIGTERM') => {
      if (!isOver()) child.kill(signal);
      const exit = await Promise.race([exited, delay(30_000, undefined, { ref: false })]);
      await Promise.all([...clients].map((one) => one.end().catch(() => undefined)));
      if (exit === undefined) throw new Error(`the manager does not end. It said:\n${output().slice(-6_000)}`);
      return exit;
    },
  };
}

interface AskOptions {
  readonly socketPath?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the question seems to come from. */
  readonly localAddress?: string;
}

/** Asks over TCP, with TLS whatever the certificate, or over a unix socket; a silent server is an error after 10 s. */
export function askHttp(method: string, url: string, how: AskOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, agent: false, timeout: 10_000, rejectUnauthorized: false, ...how };
    const asked = (url.startsWith('https:') ? secureRequest : request)(url, options, (response) => {
      const body = collect(response);
      response.on('error', reject);
      response.on('end', () =>
        resolve({ statusCode: response.statusCode ?? 0, headers: response.headers, body: body() }),
      );
    });
    asked.on('timeout', () => asked.destroy(new Error(`${method} ${url}: no answer`)));
    asked.on('error', reject);
    asked.end();
  });
}

function collect(stream: Readable): () => string {
  const held = { text: '' };
  stream.setEncoding('utf8').on('data', (text: string) => {
    held.text += text;
  });
  return () => held.text;
}

async function ended(child: ChildProcess, event: 'exit' | 'close'): Promise<Exit> {
  await once(child, event);
  return { code: child.exitCode, signal: child.signalCode };
}

function parseLog(text: string): readonly LogLine[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.flatMap((line): readonly LogLine[] => (line.startsWith('{') ? [JSON.parse(line)] : []));
}

const cache: { janitor?: ChildProcess } = {};

// Both that it started itself and what a wrapper with a process namespace of its own started count as its children.
const janitorScript = `
while read -r pid; do set -- "$@" "$pid"; done
for pid; do
  grep -q pg-instance-manager "/proc/$pid/cmdline" 2>/dev/null || continue
  children=$(cat "/proc/$pid/task/"*/children)
  kill -KILL "$pid"
  for child in $children; do
    if grep -q pg-instance-manager.cjs "/proc/$child/cmdline"; then kill -KILL "$child"; else kill -CONT "$child"; kill -QUIT "$child"; fi
  done
done`;

/** A worker of the tests can be killed at any time; its end closes this pipe, and then the managers go. */
function killAtTheEnd(pid: number): void {
  cache.janitor ??= spawn('sh', ['-c', janitorScript], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  cache.janitor.unref();
  if (cache.janitor.stdin instanceof Socket) cache.janitor.stdin.unref();
  cache.janitor.stdin?.write(`${pid}\n`);
}
