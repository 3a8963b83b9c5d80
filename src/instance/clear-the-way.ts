import { rmSync } from 'node:fs';
import type { Clock } from '../lib/clock.ts';
import type { Finding } from '../lib/finding.ts';
import type { Logger } from '../lib/logger.ts';
import type { signalProcess } from '../lib/signal-process.ts';
import {
  type Leftovers,
  nameProcesses,
  type ServerProcess,
  signalForOrphan,
  sortLeftovers,
} from '../postmaster/leftover.ts';
import { observeServerProcesses } from '../postmaster/observe-leftovers.ts';
import { observeLockFile } from '../postmaster/observe-lock-file.ts';
import { observeSocketLocks } from '../postmaster/observe-socket-locks.ts';

export interface WayPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dataDirectory: string;
  /** Where PostgreSQL makes its sockets. */
  readonly socketFolder: string;
  readonly signal: typeof signalProcess;
  /** What is in the way now; empty: nothing. */
  readonly show: (findings: readonly Finding[]) => void;
}

const lookAgainMs = 200;
/** A postmaster writes its pid into its lock file right after it has made the file. */
const unreadableLockFileMs = 2_000;

/**
 * Looks, before a start, whether what an earlier postmaster has left is in the way, and ends it where that is safe. The
 * function says how long to wait before it is asked again, or undefined: the way is clear. Nothing of this counts as a
 * crash: a postmaster that is started meanwhile would only say that the memory is in use, and end.
 *
 * The lock of the data folder is held, so no other manager starts a postmaster here, and nothing of ours runs when this
 * is asked. postmaster.pid stays where it is: PostgreSQL itself decides by it and by the memory whether it may start.
 */
export function wayClearer(ports: WayPorts): () => number | undefined {
  const held: {
    known: ReadonlyMap<string, Known>;
    lockFile: { readonly identity: string; readonly sinceMs: number } | undefined;
  } = { known: new Map(), lockFile: undefined };

  return () => {
    const leftovers = sortLeftovers(observeServerProcesses(ports.dataDirectory));
    const isClear = leftovers.orphans.length === 0 && leftovers.living.length === 0;
    ports.show(findingsOf(leftovers, ports.dataDirectory));
    tellOrphans(leftovers.orphans);
    if (!isClear || isLockFileInTheWay()) return lookAgainMs;
    removeSocketLocks();
    return undefined;
  };

  /** Pid and start time together name a process for good, and it was looked at a moment ago. */
  function tellOrphans(orphans: readonly ServerProcess[]): void {
    const nowMs = ports.clock.now();
    held.known = new Map(
      orphans.map((orphan) => {
        const key = `${orphan.pid} ${orphan.startTicks}`;
        const { sinceMs, told } = held.known.get(key) ?? { sinceMs: nowMs, told: undefined };
        const signal = signalForOrphan(nowMs - sinceMs);
        if (signal !== told) {
          ports.signal(orphan.pid, signal);
          ports.logger.warn(
            { pid: orphan.pid, title: orphan.title, signal },
            'an orphan of a dead postmaster is told to end',
          );
        }
        return [key, { sinceMs, told: signal }];
      }),
    );
  }

  /**
   * PostgreSQL takes the lock of a socket for held when anything has the pid in it, which in a new container may be one of
   * our own threads. The variable that helps with postmaster.pid knows one pid alone, and this file may be of an
   * earlier server: one of this data folder, which does not live any more.
   */
  function removeSocketLocks(): void {
    for (const { path, pid } of observeSocketLocks(ports.socketFolder, ports.dataDirectory)) {
      rmSync(path, { force: true });
      ports.logger.info(
        { file: path, pid },
        'the lock of a socket that a dead postmaster left was removed: something else has its pid now',
      );
    }
  }

  /**
   * PostgreSQL refuses to start on a lock file without a pid, which is what a power cut or a full disk can leave, and asks
   * for a person to remove it. It may be removed when nobody can be behind it: a postmaster that lives would have memory
   * attached, one that is about to write its pid does so at once, and a second manager is kept away by the lock that we
   * have. Of servers beyond this pid namespace such a file says no less than one with a pid, which PostgreSQL takes for
   * stale when it does not see the process.
   */
  function isLockFileInTheWay(): boolean {
    const file = observeLockFile(ports.dataDirectory);
    if (file === undefined || file.namesProcess) {
      held.lockFile = undefined;
      return false;
    }
    const nowMs = ports.clock.now();
    if (held.lockFile?.identity !== file.identity) held.lockFile = { identity: file.identity, sinceMs: nowMs };
    if (nowMs - held.lockFile.sinceMs < unreadableLockFileMs) return true;
    rmSync(file.path, { force: true });
    ports.logger.warn(
      { file: file.path },
      'postmaster.pid had no pid in it, as a power cut or a full disk can leave it; nothing of PostgreSQL runs in the data folder, so it was removed',
    );
    return false;
  }
}

interface Known {
  readonly sinceMs: number;
  readonly told: NodeJS.Signals | undefined;
}

function findingsOf({ orphans, living }: Leftovers, dataDirectory: string): readonly Finding[] {
  const finding = { severity: 'error', subject: 'postgres' } as const;
  return [
    ...(orphans.length === 0
      ? []
      : [
          {
            ...finding,
            reason: 'OrphansHoldMemory' as const,
            message: `The postmaster of ${dataDirectory} has died, but processes of it still hold its shared memory: ${nameProcesses(orphans)}. They are told to end; PostgreSQL is started when they have.`,
          },
        ]),
    ...(living.length === 0
      ? []
      : [
          {
            ...finding,
            reason: 'DataDirectoryInUse' as const,
            message: `PostgreSQL is not started, because a server that this manager did not start runs in ${dataDirectory}: ${nameProcesses(living)}. Stop it; until then this is looked at again and again.`,
          },
        ]),
  ];
}
