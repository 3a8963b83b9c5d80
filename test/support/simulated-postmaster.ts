import type { PostmasterCommand, PostmasterEvent } from '../../src/postmaster/postmaster-event.ts';
import {
  neverStarted,
  type Postmaster,
  type PostmasterState,
  type SupervisionPolicy,
  transition,
} from '../../src/postmaster/postmaster-state.ts';

/** A command, and what it was the answer to. */
export interface GivenCommand {
  readonly command: PostmasterCommand;
  readonly atMs: number;
  readonly event: PostmasterEvent;
  readonly before: PostmasterState;
  /** Requests to stop so far. */
  readonly stops: number;
}

/**
 * The state machine in a world of its own: a process that is there or not, the one timer of the supervisor, and a clock
 * that is turned by hand. `send` is any event at any time; what it commanded is in `given`.
 */
export function simulatedPostmaster(policy: SupervisionPolicy, initial: Postmaster = neverStarted) {
  const held = { postmaster: initial, nowMs: 0, timerAtMs: undefined as number | undefined, nextPid: 100, stops: 0 };
  const given: GivenCommand[] = [];

  function send(event: PostmasterEvent): void {
    if (event.kind === 'stop') held.stops += 1;
    if (event.kind === 'timer') held.timerAtMs = undefined;
    const before = held.postmaster;
    const { postmaster, commands } = transition(before, event, policy, held.nowMs);
    held.postmaster = postmaster;
    if (postmaster.state.kind !== before.state.kind) held.timerAtMs = undefined;
    for (const command of commands) {
      given.push({ command, atMs: held.nowMs, event, before: before.state, stops: held.stops });
      if (command.kind === 'arm-timer') held.timerAtMs = held.nowMs + command.afterMs;
    }
  }

  return {
    send,
    given,
    state: () => held.postmaster.state,
    postmaster: () => held.postmaster,
    timerAtMs: () => held.timerAtMs,
    /** Answers the command to spawn, as the supervisor does in the same go. */
    spawned: () => {
      held.nextPid += 1;
      send({ kind: 'spawned', pid: held.nextPid });
    },
    /** Turns the clock; a timer whose time comes fires on the way. */
    pass: (ms: number) => {
      const untilMs = held.nowMs + ms;
      while (held.timerAtMs !== undefined && held.timerAtMs <= untilMs) {
        held.nowMs = held.timerAtMs;
        send({ kind: 'timer' });
      }
      held.nowMs = untilMs;
    },
  };
}

export type SimulatedPostmaster = ReturnType<typeof simulatedPostmaster>;
