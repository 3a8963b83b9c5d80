import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCode } from '../lib/exit-code.ts';
import type { Logger } from '../lib/logger.ts';
import { signalProcess } from '../lib/signal-process.ts';
import { observePostmasterPid } from '../postmaster/observe-process.ts';
import { parsePostgresLogLine } from '../postmaster/postmaster-log.ts';
import { desiredState } from '../reconcile/desired-state.ts';
import { observeWorld } from '../reconcile/observe-world.ts';
import { type InstanceOptions, settingsFile } from '../reconcile/options.ts';
import type { ConfigurationInForce } from '../reconcile/reconciler.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';

export interface TemporaryServer {
  readonly port: number;
  /** Of the server, with what the images add. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface TemporaryServerRequest {
  /** With the data folder of the cluster that is being made. */
  readonly options: InstanceOptions;
  readonly readConfiguration: () => ConfigurationInForce;
  /** Only we can enter it: nobody else is to find a server that is not ready for him. */
  readonly socketFolder: string;
  readonly logger: Logger;
  readonly stop: AbortSignal;
}

const lookEveryMs = 5;

/**
 * Has a server for as long as `use` works with it: with the settings, environment, libraries and options of the real
 * one, but without a port that anybody could reach. When `use` fails, the cluster will be thrown away, so the server may
 * end at once.
 */
export async function withTemporaryServer(
  request: TemporaryServerRequest,
  use: (server: TemporaryServer) => Promise<ProgramEnd>,
): Promise<ProgramEnd> {
  const options = inPrivate(request);
  const desired = desiredState(observeWorld(request.readConfiguration().configuration, options), options);
  writeFileSync(settingsFile(options), desired.settings.text, { mode: 0o600, flag: 'wx' });
  const held: { pid: number | undefined; isOver: boolean } = { pid: undefined, isOver: false };
  const end = (signal: NodeJS.Signals): void => {
    if (held.pid !== undefined && !held.isOver) signalProcess(held.pid, signal);
  };
  const ended = runProgram(
    { ...desired.launch, started: (pid) => void Object.assign(held, { pid }) },
    (line) => tell(request.logger, line),
    new AbortController().signal,
  ).finally(() => {
    held.isOver = true;
  });
  const quit = (): void => end('SIGQUIT');
  request.stop.addEventListener('abort', quit, { once: true });
  if (request.stop.aborted) quit();
  try {
    const port = await readyPort(options.dataDirectory, held);
    const used = port === undefined ? neverReady : await use({ port, environment: desired.environment.variables });
    end(used.kind === 'done' ? 'SIGINT' : 'SIGQUIT');
    const over = await ended;
    if (request.stop.aborted) return { kind: 'interrupted' };
    // Why the server went down is worth more than that somebody missed it.
    return over.kind === 'failed' && (used.kind === 'done' || used === neverReady) ? named(over) : used;
  } finally {
    quit();
    await ended;
    request.stop.removeEventListener('abort', quit);
    rmSync(settingsFile(options), { force: true });
  }
}

const neverReady: ProgramEnd = {
  kind: 'failed',
  code: exitCode.software,
  message: 'The server for the init scripts ended before it was ready, although nobody had asked it to.',
};

function named(end: Extract<ProgramEnd, { readonly kind: 'failed' }>): ProgramEnd {
  return { ...end, message: `The server for the init scripts failed with exit code ${end.code}: ${end.message}` };
}

function inPrivate({ options, socketFolder }: TemporaryServerRequest): InstanceOptions {
  const serverOptions = new Map([
    ...options.serverOptions,
    ['listen_addresses', ''] as const,
    ['unix_socket_directories', socketFolder] as const,
  ]);
  return { ...options, runDirectory: socketFolder, serverOptions };
}

/** Undefined: it has ended before it was ready. */
async function readyPort(
  dataDirectory: string,
  held: { readonly pid: number | undefined; readonly isOver: boolean },
): Promise<number | undefined> {
  while (!held.isOver) {
    const file = observePostmasterPid(dataDirectory);
    if (file !== undefined && file.pid === held.pid && file.status === 'ready') return file.port;
    await delay(lookEveryMs);
  }
  return undefined;
}

function tell(logger: Logger, line: string): void {
  const { level, text } = parsePostgresLogLine(line);
  logger[level]({ logger: 'postgres' }, text);
}
