import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { ServerProcess } from './leftover.ts';
import { observeProcess } from './observe-process.ts';

/**
 * All processes that stand in this data folder and have System V memory attached, which is what PostgreSQL looks at, too,
 * before it starts (https://www.postgresql.org/docs/18/kernel-resources.html#SYSVIPC). Another user's show neither, and
 * those of other pid namespaces are not there at all.
 */
export function observeServerProcesses(dataDirectory: string): readonly ServerProcess[] {
  const folder = identityOf(dataDirectory);
  if (folder === undefined) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => observeServerProcess(Number(pid), folder) ?? []);
}

/** Undefined: it is none, or is gone. What is seen before and after is seen of one process. */
function observeServerProcess(pid: number, folder: string): ServerProcess | undefined {
  const before = observeProcess(pid);
  if (before === undefined || identityOf(`/proc/${pid}/cwd`) !== folder || !hasSystemVMemory(pid)) return undefined;
  const title = titleOf(pid);
  const executable = executableOf(pid);
  const stat = observeProcess(pid);
  if (stat?.startTicks !== before.startTicks) return undefined;
  return {
    ...{ pid, title, startTicks: stat.startTicks, state: stat.state, parentPid: stat.parentPid },
    isChildOfServer: executable === undefined ? undefined : isServer(stat.parentPid, stat.command, executable),
  };
}

/** It runs as the same user as its children, so a parent that may not be looked at is somebody else: the init. */
function isServer(pid: number, command: string, executable: string): boolean {
  return observeProcess(pid)?.command === command || executableOf(pid) === executable;
}

/** The titles of what a process has started itself; empty when it is gone, too. */
export function observeChildTitles(pid: number): readonly string[] {
  const children = (readText(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean);
  return children.map((child) => titleOf(Number(child)));
}

function titleOf(pid: number): string {
  return readText(`/proc/${pid}/cmdline`)?.split('\0')[0]?.trim() ?? '';
}

/** proc_pid_maps(5) */
function hasSystemVMemory(pid: number): boolean {
  return readText(`/proc/${pid}/maps`)?.includes(' /SYSV') === true;
}

function executableOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** By device and inode: one folder can be mounted in two places. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
