import { readFileSync, statSync } from 'node:fs';
import { parseEnviron } from '../environment/compare-environment.ts';
import { type PostmasterPid, parsePostmasterPid } from './postmaster-pid.ts';
import { type ProcessStat, parseProcessStat } from './process-stat.ts';

/** Undefined: there is no such process (any more). */
export function observeProcess(pid: number): ProcessStat | undefined {
  const text = readOptional(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseProcessStat(text);
}

/** The environment that a process was started with; undefined when it is gone or another user's. */
export function observeEnvironment(pid: number): Readonly<Record<string, string>> | undefined {
  const text = readOptional(`/proc/${pid}/environ`);
  return text === undefined || text === '' ? undefined : parseEnviron(text);
}

export function observePostmasterPid(dataDirectory: string): PostmasterPid | undefined {
  const text = readOptional(`${dataDirectory}/postmaster.pid`);
  return text === undefined ? undefined : parsePostmasterPid(text);
}

/** Who holds the lock file of this (real) folder. */
export type LockHolder =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'postmaster'; readonly pid: number }
  /** A process (or one of our own threads) that happens to have the pid that a dead postmaster left in the file. */
  | { readonly kind: 'stranger'; readonly pid: number };

/**
 * A pid that answers to kill(pid, 0) is not yet a postmaster: it can be a thread, a zombie or something else that got
 * the number. A postmaster stands in its data folder; where that cannot be seen, one that is called postgres is taken
 * for it, which is the safe side.
 */
export function observeLockHolder(dataDirectory: string): LockHolder {
  const pid = observePostmasterPid(dataDirectory)?.pid;
  if (pid === undefined || pid === 0) return { kind: 'nobody' };
  const holder = Math.abs(pid);
  const status = readOptional(`/proc/${holder}/status`);
  if (status === undefined) return { kind: 'nobody' };
  const isThread = !new RegExp(`^Tgid:\\s*${holder}$`, 'm').test(status);
  const stat = observeProcess(holder);
  if (isThread || stat === undefined || stat.state === 'defunct') return { kind: 'stranger', pid: holder };
  const standsThere = standsIn(holder, dataDirectory);
  const isPostmaster = standsThere ?? stat.command === 'postgres';
  return { kind: isPostmaster ? 'postmaster' : 'stranger', pid: holder };
}

const configFileOption = 'config_file=';

/**
 * A postmaster of ours whose manager has died: it runs in this folder, as us, with the file that only we start one with.
 * Who holds the lock of the folder may take it on.
 */
export function observeOrphan(dataDirectory: string, settingsFile: string): number | undefined {
  const holder = observeLockHolder(dataDirectory);
  if (holder.kind !== 'postmaster') return undefined;
  const commandLine = readOptional(`/proc/${holder.pid}/cmdline`)?.split('\0') ?? [];
  const startedWith = commandLine
    .find((argument) => argument.startsWith(configFileOption))
    ?.slice(configFileOption.length);
  const isOurs = startedWith !== undefined && isSameFile(startedWith, settingsFile) === true;
  const isReadable = observeEnvironment(holder.pid) !== undefined;
  return isOurs && isReadable ? holder.pid : undefined;
}

/** oom_score_adj of the manager; 0 where the kernel does not tell. */
export function readOwnOomScore(): number {
  const score = Number(readOptional('/proc/self/oom_score_adj')?.trim());
  return Number.isInteger(score) ? score : 0;
}

/** By device and inode: one folder can be mounted in two places. Undefined: another user's process, it cannot be seen. */
function standsIn(pid: number, folder: string): boolean | undefined {
  return isSameFile(`/proc/${pid}/cwd`, folder);
}

function isSameFile(path: string, other: string): boolean | undefined {
  try {
    const [one, two] = [statSync(path), statSync(other)];
    return one.dev === two.dev && one.ino === two.ino;
  } catch {
    return undefined;
  }
}

/** Whatever keeps it from being read, it is not there for us. */
function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
