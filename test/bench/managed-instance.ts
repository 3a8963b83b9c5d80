// ⚡ PostgreSQL under the manager, started as a container would.
import { askManager, type ControlAnswer } from '../../src/cli/control-client.ts';
import { controlSocketPath } from '../../src/instance/control-socket.ts';
import { observePostmasterPid } from '../../src/postmaster/observe-process.ts';
import { sendSignal } from '../support/send-signal.ts';
import { untilAccepting } from './first-connection.ts';
import type { RunningProcess } from './processes.ts';
import type { Place, Workshop } from './workshop.ts';

export interface ManagedInstance {
  readonly process: RunningProcess;
  /** Resolves when the manager has opened its endpoints: the port of the status address. */
  readonly listening: () => Promise<number>;
  readonly postmaster: () => number;
  /** Over the control socket. */
  readonly ask: (method: 'GET' | 'POST', path: string) => Promise<ControlAnswer>;
  readonly stop: () => Promise<void>;
}

interface ManagedOptions {
  readonly binDirectory?: string;
  readonly extensionsDirectory?: string;
  readonly logLevel?: 'info' | 'debug';
  /** Is given each line of the log. */
  readonly line?: (line: string) => void;
}

/** Ports are chosen by the system. */
export function startManaged(workshop: Workshop, place: Place, options: ManagedOptions = {}): ManagedInstance {
  const opened = Promise.withResolvers<number>();
  const postmaster = (): number | undefined => observePostmasterPid(place.dataDirectory)?.pid;
  const flags = [
    ['--config', place.configuration.folder],
    ['--pgdata', place.dataDirectory],
    ['--run-dir', place.runDirectory],
    ['--bin-dir', options.binDirectory ?? workshop.binDirectory],
    ['--extensions-dir', options.extensionsDirectory ?? workshop.extensionsDirectory],
    ['--status-address', '127.0.0.1:0'],
    ['--metrics-address', '127.0.0.1:0'],
    ['--log-format', 'json'],
    ['--log-level', options.logLevel ?? 'info'],
  ];
  const running = workshop.processes.start({
    file: workshop.node,
    // As the launcher of the image does.
    args: ['--max-semi-space-size=2', '--min-semi-space-size=2', workshop.program, 'run', ...flags.flat()],
    environment: workshop.environment,
    stopSignal: 'SIGTERM',
    // A frozen postmaster would not hear the manager.
    beforeStop: () => thaw(postmaster()),
    line: (line) => {
      options.line?.(line);
      const port = /"addresses":\["127\.0\.0\.1:(\d+)".*"msg":"listening"/.exec(line)?.[1];
      if (port !== undefined) opened.resolve(Number(port));
    },
  });
  return {
    process: running,
    listening: () => Promise.race([opened.promise, failWhenEnded(running)]),
    postmaster: () => {
      const pid = postmaster();
      if (pid === undefined) throw new Error(`there is no postmaster in ${place.dataDirectory}`);
      return pid;
    },
    ask: (method, path) => askManager(controlSocketPath(place.runDirectory), method, path),
    stop: running.stop,
  };
}

/** Starts one and waits until it can be used: a client gets in, and the endpoints are open. */
export async function startManagedAndWait(
  workshop: Workshop,
  place: Place,
  options: ManagedOptions = {},
): Promise<ManagedInstance & { readonly statusPort: number }> {
  const instance = startManaged(workshop, place, options);
  const statusPort = await instance.listening();
  const { client } = await untilAccepting(place.runDirectory, instance.process.mustRun);
  await client.end();
  return { ...instance, statusPort };
}

async function failWhenEnded(running: RunningProcess): Promise<never> {
  await running.exited;
  running.mustRun();
  throw new Error('cannot happen: ended, and runs');
}

function thaw(postmaster: number | undefined): void {
  if (postmaster === undefined) return;
  try {
    sendSignal(postmaster, 'SIGCONT');
  } catch {
    // It is gone already.
  }
}
