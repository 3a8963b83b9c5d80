import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningManager } from '../../support/running-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';

/** A wrapper that makes the manager the first process of a container, as far as it can see. */
export const asFirstProcess = ['unshare', '--pid', '--fork', '--mount-proc'] as const;

/** The processes that a process has started itself. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'));
    return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  } catch {
    return []; // gone already
  }
}

/** Ends a manager and what it started, in whatever state they are. */
export async function endWithChildren(manager: RunningManager): Promise<void> {
  const children = childrenOf(manager.pid);
  const inner = children.filter((pid) => isManager(pid));
  for (const pid of inner) kill(pid, 'SIGKILL');
  await manager.stop('SIGKILL');
  for (const pid of children) quit(pid);
}

function isManager(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('pg-instance-manager.cjs');
  } catch {
    return false;
  }
}

function quit(pid: number): void {
  kill(pid, 'SIGCONT');
  kill(pid, 'SIGQUIT');
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    sendSignal(pid, signal);
  } catch {
    // gone already
  }
}

/** Ends a postmaster that outlived its manager. */
export async function endPostmaster(dataDirectory: string): Promise<void> {
  const pid = postmasterPid(dataDirectory);
  if (pid === undefined) return;
  quit(pid);
  for (let tries = 0; tries < 400 && postmasterPid(dataDirectory) === pid; tries += 1) await delay(15);
}

/** Of a postmaster that runs in this folder. */
export function postmasterPid(dataDirectory: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return readlinkSync(`/proc/${pid}/cwd`) === dataDirectory ? pid : undefined;
  } catch {
    return undefined;
  }
}
