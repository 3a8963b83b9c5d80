import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { layOutPayload } from '../../support/payload.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import type { InstanceFolder } from '../run/instance-folder.ts';
import { childrenOf } from '../run/processes.ts';
import { firstProcess } from './running-init.ts';

/** The payload as it is shipped, on a real instance, as the first process of a pid namespace. */
export interface RealContainer {
  /** `unshare`, for all that can be asked of a manager. Signals are for the init. */
  readonly outside: RunningManager;
  /** Of the status endpoint, on 127.0.0.1. */
  readonly port: number;
  readonly initPid: () => number | undefined;
  /** The init, from when on a signal is held: before, the kernel drops what the first process has no handler for. */
  readonly holdingInitPid: () => number | undefined;
  /** Of the manager proper and of the postmaster, seen from outside; undefined while there is none. */
  readonly managerPid: () => number | undefined;
  readonly postmasterPid: () => number | undefined;
}

const cache: { launcher?: string } = {};

/** Addresses must not change when the manager is started again. `outer`: what its namespaces are made in, such as `unshare`. */
export async function startContainer(
  place: InstanceFolder,
  environment: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
  outer: readonly string[] = [],
): Promise<RealContainer> {
  cache.launcher ??= layOutPayload({ build: 'static' }).launcher;
  // What starts managers gives them Node.js and the program; the launcher has its own.
  const wrapper = [
    ...outer,
    ...firstProcess,
    'sh',
    '-c',
    'until [ "$1" = run ]; do shift; done; exec "$0" "$@"',
    cache.launcher,
  ];
  const port = await freePort();
  const outside = place.start({
    wrapper,
    flags: ['--status-address', `127.0.0.1:${port}`, '--metrics-address', 'off', ...flags],
    environment: { POSTGRES_HOST_AUTH_METHOD: 'trust', ...environment },
  });
  const initPid = (): number | undefined => childrenOf(outside.pid)[0];
  const below = (isIt: (commandLine: string) => boolean) => (): number | undefined => {
    const init = initPid();
    const children = init === undefined ? [] : childrenOf(init);
    return [...children, ...children.flatMap(childrenOf)].find((pid) => isIt(commandLineOf(pid)));
  };
  return {
    outside,
    port,
    initPid,
    holdingInitPid: () => {
      const pid = initPid();
      return pid !== undefined && isBlockingSignals(pid) ? pid : undefined;
    },
    managerPid: below((commandLine) => commandLine.includes('pg-instance-manager.cjs')),
    postmasterPid: below((commandLine) => /^\S*\/postgres\0/.test(commandLine)),
  };
}

const states = ['starting up', 'shut down', 'shut down in recovery', 'shutting down', 'in crash recovery'] as const;

/**
 * What pg_controldata calls the "Database cluster state"; the servers of the tests have no pg_controldata. Undefined:
 * there is no cluster. It is the fourth field: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_control.h
 */
export function clusterState(dataDirectory: string): string | undefined {
  const file = join(dataDirectory, 'global/pg_control');
  if (!existsSync(join(dataDirectory, 'PG_VERSION')) || !existsSync(file)) return undefined;
  const state = readFileSync(file).readUInt32LE(16);
  return states[state] ?? `state ${state}`;
}

/** `unshare` blocks signals for a moment, too, before it executes the launcher. */
function isBlockingSignals(pid: number): boolean {
  try {
    const isLauncher = readlinkSync(`/proc/${pid}/exe`).endsWith('/bin/pg-instance-manager');
    return isLauncher && !/^SigBlk:\s*0+$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false; // gone
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // gone
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
