import { describe, expect, test } from 'vitest';
import type { PostmasterCommand, PostmasterEvent } from '../../../src/postmaster/postmaster-event.ts';
import {
  neverStarted,
  type PostmasterState,
  runningPid,
  type SupervisionPolicy,
  transition,
} from '../../../src/postmaster/postmaster-state.ts';
import { exampleStates, noonMs } from '../../support/a-snapshot.ts';

type State = PostmasterState['kind'];
type Event = PostmasterEvent['kind'];

/** What becomes of a state, with the commands in their order; or nothing does. */
type Expected = { readonly to: PostmasterState; readonly commands: readonly PostmasterCommand[] } | 'stays';

const policy: SupervisionPolicy = {
  restart: { onCrash: 'restart', maxCrashes: 5, windowMs: 300_000 },
  shutdownMode: 'fast',
  shutdownBudgetMs: 60_000,
};

const exit = { kind: 'code', code: 1 } as const;

const exampleEvents: { readonly [K in Event]: Extract<PostmasterEvent, { kind: K }> } = {
  start: { kind: 'start' },
  spawned: { kind: 'spawned', pid: 77 },
  adopted: { kind: 'adopted', pid: 78 },
  'spawn-failed': { kind: 'spawn-failed' },
  'held-up': { kind: 'held-up', forMs: 100 },
  stuck: { kind: 'stuck' },
  answered: { kind: 'answered', answer: 'accepting' },
  exited: { kind: 'exited', status: exit },
  stop: { kind: 'stop' },
  restart: { kind: 'restart' },
  timer: { kind: 'timer' },
};

const spawning: Expected = { to: { kind: 'spawning' }, commands: [{ kind: 'spawn' }] };
const accepting: Expected = { to: { kind: 'accepting', pid: 42, sinceMs: noonMs }, commands: [] };
const notStartedAtAll: Expected = {
  to: { kind: 'ended', exitCode: 0 },
  commands: [{ kind: 'end', exitCode: 0 }],
};

function backoff(): Expected {
  return {
    to: { kind: 'backoff', untilMs: noonMs + 200 },
    commands: [{ kind: 'arm-timer', afterMs: 200 }],
  };
}

/** A shutdown that begins now has the whole budget but the six seconds of the immediate one. */
function shutsDownFast(purpose: 'exit' | 'restart'): Expected {
  return {
    to: { kind: 'stopping', pid: 42, sinceMs: noonMs, mode: 'fast', purpose },
    commands: [
      { kind: 'signal', pid: 42, mode: 'fast' },
      { kind: 'arm-timer', afterMs: 54_000 },
    ],
  };
}

const shutsDownAtOnce: Expected = {
  to: { kind: 'stopping', pid: 42, sinceMs: noonMs - 1_000, mode: 'immediate', purpose: 'exit' },
  commands: [{ kind: 'signal', pid: 42, mode: 'immediate' }],
};

/** As in a restart that somebody asked for: it is no crash, and the next one is started when it has ended. */
const startsAnew: Expected = {
  to: { kind: 'stopping', pid: 42, sinceMs: noonMs, mode: 'immediate', purpose: 'restart' },
  commands: [{ kind: 'signal', pid: 42, mode: 'immediate' }],
};

/** A postmaster that nobody asked to end runs: starting, recovering and accepting differ in what an answer does. */
const up = {
  start: 'stays',
  spawned: 'stays',
  adopted: 'stays',
  'spawn-failed': 'stays',
  'held-up': 'stays',
  stuck: 'stays',
  exited: backoff(),
  stop: shutsDownFast('exit'),
  restart: shutsDownFast('restart'),
  timer: 'stays',
} as const satisfies Omit<Record<Event, Expected>, 'answered'>;

/** Every event in every state; no `Partial`, so that a new one does not compile without its line here. */
const table: Record<State, Record<Event, Expected>> = {
  stopped: {
    start: spawning,
    spawned: 'stays',
    adopted: { to: { kind: 'starting', pid: 78, sinceMs: noonMs }, commands: [] },
    'spawn-failed': 'stays',
    'held-up': 'stays',
    stuck: 'stays',
    answered: 'stays',
    exited: 'stays',
    stop: notStartedAtAll,
    restart: 'stays',
    timer: 'stays',
  },
  spawning: {
    start: 'stays',
    spawned: { to: { kind: 'starting', pid: 77, sinceMs: noonMs }, commands: [] },
    adopted: 'stays',
    'spawn-failed': backoff(),
    'held-up': { to: exampleStates['held-up'], commands: [{ kind: 'arm-timer', afterMs: 100 }] },
    stuck: 'stays',
    answered: 'stays',
    exited: 'stays',
    stop: notStartedAtAll,
    restart: 'stays',
    timer: 'stays',
  },
  starting: { ...up, answered: accepting, stuck: startsAnew },
  recovering: { ...up, answered: accepting, stuck: startsAnew },
  accepting: { ...up, answered: 'stays' },
  stopping: {
    start: 'stays',
    spawned: 'stays',
    adopted: 'stays',
    'spawn-failed': 'stays',
    'held-up': 'stays',
    stuck: shutsDownAtOnce,
    answered: 'stays',
    exited: { to: { kind: 'ended', exitCode: 1 }, commands: [{ kind: 'end', exitCode: 1 }] },
    stop: shutsDownAtOnce,
    restart: 'stays',
    timer: { to: exampleStates.stopping, commands: [{ kind: 'arm-timer', afterMs: 53_000 }] },
  },
  backoff: {
    start: 'stays',
    spawned: 'stays',
    adopted: 'stays',
    'spawn-failed': 'stays',
    'held-up': 'stays',
    stuck: 'stays',
    answered: 'stays',
    exited: 'stays',
    stop: notStartedAtAll,
    restart: spawning,
    timer: { to: exampleStates.backoff, commands: [{ kind: 'arm-timer', afterMs: 500 }] },
  },
  'held-up': {
    start: 'stays',
    spawned: 'stays',
    adopted: 'stays',
    'spawn-failed': 'stays',
    'held-up': 'stays',
    stuck: 'stays',
    answered: 'stays',
    exited: 'stays',
    stop: notStartedAtAll,
    restart: 'stays',
    timer: { to: exampleStates['held-up'], commands: [{ kind: 'arm-timer', afterMs: 100 }] },
  },
  ended: {
    start: 'stays',
    spawned: 'stays',
    adopted: 'stays',
    'spawn-failed': 'stays',
    'held-up': 'stays',
    stuck: 'stays',
    answered: 'stays',
    exited: 'stays',
    stop: 'stays',
    restart: 'stays',
    timer: 'stays',
  },
};

function follow(state: PostmasterState, event: PostmasterEvent, changes: Partial<SupervisionPolicy> = {}) {
  return transition({ ...neverStarted, state }, event, { ...policy, ...changes }, noonMs);
}

describe.each(Object.values(exampleStates))('$kind', (state) => {
  test.each(Object.values(exampleEvents))('on $kind', (event) => {
    const expected = table[state.kind][event.kind];
    const { postmaster, commands } = follow(state, event);
    expect({ state: postmaster.state, commands }).toEqual(
      expected === 'stays' ? { state, commands: [] } : { state: expected.to, commands: expected.commands },
    );
  });
});

describe('an answer', () => {
  test.each(['starting', 'recovering', 'accepting'] as const)(
    'that it takes no sessions now is recovery: %s',
    (kind) => {
      const { postmaster, commands } = follow(exampleStates[kind], { kind: 'answered', answer: 'rejecting' });
      const since = kind === 'recovering' ? exampleStates.recovering.sinceMs : noonMs;
      expect(postmaster.state).toEqual({ kind: 'recovering', pid: 42, sinceMs: since });
      expect(commands).toEqual([]);
    },
  );

  test('of a server that is told to stop changes nothing', () => {
    const event: PostmasterEvent = { kind: 'answered', answer: 'rejecting' };
    expect(follow(exampleStates.stopping, event).postmaster.state).toEqual(exampleStates.stopping);
  });
});

test('a timer at the end of the patience with a fast shutdown makes it immediate', () => {
  const stopping: PostmasterState = { ...exampleStates.stopping, sinceMs: noonMs - 54_000 };
  expect(follow(stopping, { kind: 'timer' })).toMatchObject({
    postmaster: { state: { kind: 'stopping', mode: 'immediate' } },
    commands: [{ kind: 'signal', pid: 42, mode: 'immediate' }],
  });
});

test('a timer that comes late has nothing to add to an immediate shutdown', () => {
  const stopping: PostmasterState = { ...exampleStates.stopping, mode: 'immediate' };
  expect(follow(stopping, { kind: 'timer' })).toMatchObject({ postmaster: { state: stopping }, commands: [] });
});

describe('an exit that nobody asked for', () => {
  const clean: PostmasterEvent = { kind: 'exited', status: { kind: 'code', code: 0 } };
  const policyExit: Partial<SupervisionPolicy> = { restart: { ...policy.restart, onCrash: 'exit' } };

  test.each(['starting', 'recovering', 'accepting'] as const)('is a crash although its code is 0: %s', (kind) => {
    const { postmaster } = follow(exampleStates[kind], clean);
    expect(postmaster).toMatchObject({ state: { kind: 'backoff' }, crashes: 1, crashTimes: [noonMs] });
  });

  test.each(['starting', 'recovering', 'accepting'] as const)('never ends the manager with 0: %s', (kind) => {
    expect(follow(exampleStates[kind], clean, policyExit).commands).toEqual([{ kind: 'end', exitCode: 70 }]);
  });

  test('ends the manager with the code of PostgreSQL when the policy is to exit', () => {
    const killed: PostmasterEvent = { kind: 'exited', status: { kind: 'signal', signal: 'SIGKILL' } };
    expect(follow(exampleStates.accepting, killed, policyExit).commands).toEqual([{ kind: 'end', exitCode: 137 }]);
  });

  test('is a matter of the system when PostgreSQL could not even be executed', () => {
    const { commands } = follow(exampleStates.spawning, { kind: 'spawn-failed' }, policyExit);
    expect(commands).toEqual([{ kind: 'end', exitCode: 71 }]);
  });
});

test('what was in the way is no crash, however long it was', () => {
  const { postmaster } = follow({ kind: 'spawning' }, { kind: 'held-up', forMs: 100 });
  expect(postmaster).toMatchObject({ crashes: 0, crashTimes: [], starts: 0 });
  const late = transition(postmaster, { kind: 'timer' }, policy, noonMs + 100);
  expect(late).toMatchObject({ postmaster: { state: { kind: 'spawning' } }, commands: [{ kind: 'spawn' }] });
});

describe('an exit that was asked for', () => {
  test.each([
    [{ kind: 'code', code: 0 } as const, 0],
    [{ kind: 'code', code: 2 } as const, 2],
    [{ kind: 'signal', signal: 'SIGKILL' } as const, 137],
    // it had no handler yet, so nothing had begun
    [{ kind: 'signal', signal: 'SIGINT' } as const, 0],
  ])('%o ends the manager with %i and is no crash', (status, exitCode) => {
    const { postmaster, commands } = follow(exampleStates.stopping, { kind: 'exited', status });
    expect(commands).toEqual([{ kind: 'end', exitCode }]);
    expect(postmaster).toMatchObject({ state: { kind: 'ended' }, lastExit: status, crashes: 0 });
  });

  test.each([0, 1])('for a restart is followed by a start, whatever its code (%i)', (code) => {
    const stopping: PostmasterState = { ...exampleStates.stopping, purpose: 'restart' };
    const { postmaster, commands } = follow(stopping, { kind: 'exited', status: { kind: 'code', code } });
    expect(commands).toEqual([{ kind: 'spawn' }]);
    expect(postmaster).toMatchObject({ state: { kind: 'spawning' }, crashes: 0, crashTimes: [] });
  });
});

test('counts the starts', () => {
  const { postmaster } = follow(exampleStates.spawning, { kind: 'spawned', pid: 77 });
  expect(postmaster.starts).toBe(1);
});

test.each(Object.values(exampleStates))('knows whether a process is there: $kind', (state) => {
  const isThere = ['starting', 'recovering', 'accepting', 'stopping'].includes(state.kind);
  expect(runningPid(state)).toBe(isThere ? 42 : undefined);
});
