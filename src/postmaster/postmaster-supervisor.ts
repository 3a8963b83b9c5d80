import { assertNever } from '../lib/assert-never.ts';
import type { Clock } from '../lib/clock.ts';
import { describeError } from '../lib/errors.ts';
import { type AdoptionPorts, adoptPostmaster } from './adopt-postmaster.ts';
import type { ExitStatus } from './exit-status.ts';
import type { LogPipe } from './log-pipe.ts';
import type { PostmasterCommand, PostmasterEvent } from './postmaster-event.ts';
import {
  type PostmasterLaunch,
  type PostmasterListener,
  type PostmasterProcess,
  spawnPostmaster,
} from './postmaster-process.ts';
import { neverStarted, type Postmaster, type SupervisionPolicy, transition } from './postmaster-state.ts';
import { type ShutdownMode, shutdownSignal } from './shutdown-mode.ts';

export interface PostmasterSupervisor {
  readonly send: (event: PostmasterEvent) => void;
  readonly current: () => Postmaster;
  /** Takes on a postmaster that runs already. */
  readonly adopt: (pid: number) => void;
  /** Has the configuration read anew; false when there is no postmaster. */
  readonly reload: () => boolean;
}

export interface SupervisorPorts {
  readonly clock: Clock;
  readonly adoption: AdoptionPorts;
  readonly logPipe: LogPipe | undefined;
  readonly policy: SupervisionPolicy;
  /** Asked before each start: how long it has to wait at least before it is asked again; undefined: it need not. */
  readonly heldUp: () => number | undefined;
  /** Asked at each start, so that a restart takes what is desired then. */
  readonly launch: () => PostmasterLaunch;
  readonly line: (line: string) => void;
  readonly changed: (before: Postmaster, after: Postmaster, event: PostmasterEvent) => void;
  readonly spawnFailed: (reason: string) => void;
  /** It has ended, and all that it said was read: the code to end with, if no further start can succeed. */
  readonly giveUp: () => number | undefined;
  /** Called once: PostgreSQL is down and stays down. */
  readonly ended: (exitCode: number) => void;
}

/** Feeds what happens to the state machine and carries out what it commands. It decides nothing itself. */
export function postmasterSupervisor(ports: SupervisorPorts): PostmasterSupervisor {
  const held: { postmaster: Postmaster; process: PostmasterProcess | undefined; timer: AbortController } = {
    postmaster: neverStarted,
    process: undefined,
    timer: new AbortController(),
  };

  function send(event: PostmasterEvent): void {
    const before = held.postmaster;
    const { postmaster, commands } = transition(before, event, ports.policy, ports.clock.now());
    held.postmaster = postmaster;
    if (postmaster.state.kind !== before.state.kind) held.timer.abort();
    if (postmaster !== before) ports.changed(before, postmaster, event);
    for (const command of commands) execute(command);
  }

  function execute(command: PostmasterCommand): void {
    switch (command.kind) {
      case 'spawn':
        return spawn();
      case 'signal':
        return signal(command.pid, command.mode);
      case 'arm-timer':
        return armTimer(command.afterMs);
      case 'end':
        return ports.ended(command.exitCode);
      default:
        assertNever(command);
    }
  }

  function signal(pid: number, mode: ShutdownMode): void {
    if (held.process?.pid !== pid) return;
    held.process.signal(shutdownSignal[mode]);
    // A frozen process does not hear anything before it is thawed.
    held.process.signal('SIGCONT');
  }

  const listener: PostmasterListener = {
    line: ports.line,
    exited: (status: ExitStatus) => {
      held.process = undefined;
      ports.logPipe?.drain();
      send({ kind: 'exited', status, giveUp: ports.giveUp() });
    },
  };

  function adopt(pid: number): void {
    held.process = adoptPostmaster(pid, ports.adoption, listener);
    send({ kind: 'adopted', pid });
  }

  function spawn(): void {
    const forMs = ports.heldUp();
    if (forMs !== undefined) return send({ kind: 'held-up', forMs });
    const spawned = spawnFrom(ports.launch, listener, ports.logPipe);
    if ('failed' in spawned) {
      ports.spawnFailed(spawned.failed);
      send({ kind: 'spawn-failed' });
      return;
    }
    held.process = spawned;
    send({ kind: 'spawned', pid: spawned.pid });
  }

  function armTimer(afterMs: number): void {
    held.timer.abort();
    const timer = new AbortController();
    held.timer = timer;
    void ports.clock.sleep(afterMs, timer.signal).then(() => {
      if (!timer.signal.aborted) send({ kind: 'timer' });
    });
  }

  return {
    send,
    adopt,
    current: () => held.postmaster,
    reload: () => {
      held.process?.signal('SIGHUP');
      return held.process !== undefined;
    },
  };
}

/** Whatever keeps it from being started, it is a start that failed, and not the end of the state machine. */
function spawnFrom(
  launch: () => PostmasterLaunch,
  listener: PostmasterListener,
  logPipe: LogPipe | undefined,
): ReturnType<typeof spawnPostmaster> {
  try {
    return spawnPostmaster(launch(), listener, logPipe);
  } catch (error) {
    return { failed: describeError(error) };
  }
}
