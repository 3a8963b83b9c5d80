import { assertNever } from '../lib/assert-never.ts';
import { exitCode } from '../lib/exit-code.ts';
import { type ExitStatus, exitStatusCode } from './exit-status.ts';
import type { PostmasterCommand, PostmasterEvent } from './postmaster-event.ts';
import { type RestartPolicy, restartAfterCrash } from './restart-policy.ts';
import { patienceMs, type ShutdownMode, shutdownSignal, strongerMode } from './shutdown-mode.ts';

/**
 * The postmaster's life. An exit is a wanted one only because the state says so: the exit code of a postmaster does not
 * tell, it is 0 after an immediate shutdown and when its lock file was deleted, too.
 */
export type PostmasterState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'spawning' }
  /** It runs and has not answered yet. */
  | { readonly kind: 'starting'; readonly pid: number; readonly sinceMs: number }
  /** It answers that it does not take sessions now: recovery, a crash of one of its processes, a shutdown by others. */
  | { readonly kind: 'recovering'; readonly pid: number; readonly sinceMs: number }
  | { readonly kind: 'accepting'; readonly pid: number; readonly sinceMs: number }
  | {
      readonly kind: 'stopping';
      readonly pid: number;
      readonly sinceMs: number;
      readonly mode: ShutdownMode;
      readonly purpose: 'exit' | 'restart';
    }
  | { readonly kind: 'backoff'; readonly untilMs: number }
  /** What an earlier postmaster has left is in the way. That is no crash, and takes as long as it takes. */
  | { readonly kind: 'held-up'; readonly untilMs: number }
  | { readonly kind: 'ended'; readonly exitCode: number };

export interface Postmaster {
  readonly state: PostmasterState;
  /** Unasked exits within the intensity window, in milliseconds. */
  readonly crashTimes: readonly number[];
  readonly starts: number;
  readonly crashes: number;
  /** How the last postmaster ended, asked to or not. */
  readonly lastExit: ExitStatus | undefined;
}

export interface SupervisionPolicy {
  readonly restart: RestartPolicy;
  readonly shutdownMode: ShutdownMode;
  readonly shutdownBudgetMs: number;
}

export interface Transition {
  readonly postmaster: Postmaster;
  readonly commands: readonly PostmasterCommand[];
}

export const neverStarted: Postmaster = {
  state: { kind: 'stopped' },
  crashTimes: [],
  starts: 0,
  crashes: 0,
  lastExit: undefined,
};

/** What happens next. Events that mean nothing in a state change nothing. */
export function transition(
  postmaster: Postmaster,
  event: PostmasterEvent,
  policy: SupervisionPolicy,
  nowMs: number,
): Transition {
  switch (event.kind) {
    case 'start':
      return postmaster.state.kind === 'stopped' ? spawn(postmaster) : stay(postmaster);
    case 'spawned':
      return postmaster.state.kind === 'spawning'
        ? to({ ...postmaster, starts: postmaster.starts + 1 }, { kind: 'starting', pid: event.pid, sinceMs: nowMs })
        : stay(postmaster);
    case 'adopted':
      return postmaster.state.kind === 'stopped'
        ? to(postmaster, { kind: 'starting', pid: event.pid, sinceMs: nowMs })
        : stay(postmaster);
    case 'spawn-failed':
      return postmaster.state.kind === 'spawning' ? crashed(postmaster, undefined, policy, nowMs) : stay(postmaster);
    case 'held-up':
      return postmaster.state.kind === 'spawning' ? holdUp(postmaster, nowMs + event.forMs, nowMs) : stay(postmaster);
    case 'stuck':
      return stuck(postmaster, policy, nowMs);
    case 'answered':
      return answered(postmaster, event.answer, nowMs);
    case 'exited':
      return exited(postmaster, event, policy, nowMs);
    case 'stop':
      return stop(postmaster, policy, nowMs);
    case 'restart':
      return restart(postmaster, policy, nowMs);
    case 'timer':
      return timer(postmaster, policy, nowMs);
    default:
      return assertNever(event);
  }
}

/** The process that is there, if one is. */
export function runningPid(state: PostmasterState): number | undefined {
  return 'pid' in state ? state.pid : undefined;
}

function stay(postmaster: Postmaster): Transition {
  return { postmaster, commands: [] };
}

function to(postmaster: Postmaster, state: PostmasterState, ...commands: readonly PostmasterCommand[]): Transition {
  return { postmaster: { ...postmaster, state }, commands };
}

function spawn(postmaster: Postmaster): Transition {
  return to(postmaster, { kind: 'spawning' }, { kind: 'spawn' });
}

function holdUp(postmaster: Postmaster, untilMs: number, nowMs: number): Transition {
  return to(postmaster, { kind: 'held-up', untilMs }, { kind: 'arm-timer', afterMs: untilMs - nowMs });
}

/** Told to end at once; nobody has asked for it, but it is no crash either: the next one begins from the start. */
function stuck(postmaster: Postmaster, policy: SupervisionPolicy, nowMs: number): Transition {
  const { state } = postmaster;
  if (state.kind !== 'starting' && state.kind !== 'recovering' && state.kind !== 'stopping') return stay(postmaster);
  const [purpose, sinceMs] = state.kind === 'stopping' ? [state.purpose, state.sinceMs] : ['restart' as const, nowMs];
  return shutDown(postmaster, state.pid, 'immediate', purpose, policy, sinceMs, nowMs);
}

function end(postmaster: Postmaster, code: number): Transition {
  return to(postmaster, { kind: 'ended', exitCode: code }, { kind: 'end', exitCode: code });
}

function answered(postmaster: Postmaster, answer: 'accepting' | 'rejecting', nowMs: number): Transition {
  const { state } = postmaster;
  if (state.kind !== 'starting' && state.kind !== 'recovering' && state.kind !== 'accepting') return stay(postmaster);
  const kind = answer === 'accepting' ? 'accepting' : 'recovering';
  return state.kind === kind ? stay(postmaster) : to(postmaster, { kind, pid: state.pid, sinceMs: nowMs });
}

function exited(
  postmaster: Postmaster,
  { status: exit, giveUp }: Extract<PostmasterEvent, { kind: 'exited' }>,
  policy: SupervisionPolicy,
  nowMs: number,
): Transition {
  const { state } = postmaster;
  if (runningPid(state) === undefined) return stay(postmaster);
  const gone = { ...postmaster, lastExit: exit };
  if (state.kind !== 'stopping' && giveUp !== undefined) return end({ ...gone, crashes: gone.crashes + 1 }, giveUp);
  if (state.kind !== 'stopping') return crashed(gone, exit, policy, nowMs);
  if (state.purpose === 'restart') return spawn(gone);
  // A clean end is 0. Killed by our own signal: it came before the postmaster could handle it, so it had not begun.
  const isCutShort = exit.kind === 'signal' && Object.values<string>(shutdownSignal).includes(exit.signal);
  return end(gone, isCutShort ? exitCode.ok : exitStatusCode(exit));
}

function crashed(
  postmaster: Postmaster,
  exit: ExitStatus | undefined,
  policy: SupervisionPolicy,
  nowMs: number,
): Transition {
  const { recent, delayMs } = restartAfterCrash(policy.restart, [...postmaster.crashTimes, nowMs], nowMs);
  const counted = { ...postmaster, crashTimes: recent, crashes: postmaster.crashes + 1 };
  if (delayMs === undefined) {
    const code = exit === undefined ? exitCode.system : exitStatusCode(exit);
    return end(counted, code === 0 ? exitCode.software : code);
  }
  return to(counted, { kind: 'backoff', untilMs: nowMs + delayMs }, { kind: 'arm-timer', afterMs: delayMs });
}

function stop(postmaster: Postmaster, policy: SupervisionPolicy, nowMs: number): Transition {
  const { state } = postmaster;
  switch (state.kind) {
    case 'stopped':
    case 'spawning':
    case 'backoff':
    case 'held-up':
      return end(postmaster, exitCode.ok);
    case 'starting':
    case 'recovering':
    case 'accepting':
      return shutDown(postmaster, state.pid, policy.shutdownMode, 'exit', policy, nowMs, nowMs);
    case 'stopping':
      // the second request escalates; a restart under way becomes an exit in the mode it has
      return state.purpose === 'restart'
        ? to(postmaster, { ...state, purpose: 'exit' })
        : shutDown(postmaster, state.pid, strongerMode[state.mode], 'exit', policy, state.sinceMs, nowMs);
    case 'ended':
      return stay(postmaster);
    default:
      return assertNever(state);
  }
}

function restart(postmaster: Postmaster, policy: SupervisionPolicy, nowMs: number): Transition {
  const { state } = postmaster;
  // Who asks for one has looked at what was before, which then does not count against what comes.
  const anew = { ...postmaster, crashTimes: [] };
  switch (state.kind) {
    case 'starting':
    case 'recovering':
    case 'accepting':
      return shutDown(anew, state.pid, 'fast', 'restart', policy, nowMs, nowMs);
    case 'backoff':
      return spawn(anew);
    case 'stopped':
    case 'spawning':
    case 'held-up':
    case 'stopping':
    case 'ended':
      return stay(postmaster);
    default:
      return assertNever(state);
  }
}

function timer(postmaster: Postmaster, policy: SupervisionPolicy, nowMs: number): Transition {
  const { state } = postmaster;
  if (state.kind === 'backoff' || state.kind === 'held-up') {
    const leftMs = state.untilMs - nowMs;
    return leftMs <= 0 ? spawn(postmaster) : to(postmaster, state, { kind: 'arm-timer', afterMs: leftMs });
  }
  if (state.kind === 'stopping') {
    const patience = patienceMs(state.mode, policy.shutdownBudgetMs);
    if (patience === undefined) return stay(postmaster);
    const leftMs = state.sinceMs + patience - nowMs;
    if (leftMs > 0) return to(postmaster, state, { kind: 'arm-timer', afterMs: leftMs });
    return shutDown(postmaster, state.pid, strongerMode[state.mode], state.purpose, policy, state.sinceMs, nowMs);
  }
  return stay(postmaster);
}

function shutDown(
  postmaster: Postmaster,
  pid: number,
  mode: ShutdownMode,
  purpose: 'exit' | 'restart',
  policy: SupervisionPolicy,
  sinceMs: number,
  nowMs: number,
): Transition {
  const untilMs = patienceMs(mode, policy.shutdownBudgetMs);
  const timers: readonly PostmasterCommand[] =
    untilMs === undefined ? [] : [{ kind: 'arm-timer', afterMs: Math.max(0, sinceMs + untilMs - nowMs) }];
  return to(postmaster, { kind: 'stopping', pid, sinceMs, mode, purpose }, { kind: 'signal', pid, mode }, ...timers);
}
