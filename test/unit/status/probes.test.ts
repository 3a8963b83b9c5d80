import { describe, expect, test } from 'vitest';
import type { PostmasterState } from '../../../src/postmaster/postmaster-state.ts';
import type { ServerAnswer } from '../../../src/server/server-answer.ts';
import { livenessVerdict, readinessVerdict, startupVerdict } from '../../../src/status/probes.ts';
import type { Observation, Snapshot } from '../../../src/status/snapshot.ts';
import { anAcceptingAnswer, anObservation, aSnapshot, exampleStates, noonMs } from '../../support/a-snapshot.ts';

interface Verdicts {
  readonly started: boolean;
  readonly alive: boolean;
  readonly ready: boolean;
}

function verdicts(snapshot: Snapshot): Verdicts {
  return {
    started: startupVerdict(snapshot).ok,
    alive: livenessVerdict(snapshot).ok,
    ready: readinessVerdict(snapshot, noonMs).ok,
  };
}

const up: Verdicts = { started: true, alive: true, ready: true };
const unready: Verdicts = { ...up, ready: false };
const notStarted: Verdicts = { ...unready, started: false };

describe('a server that has answered before', () => {
  const table: Record<PostmasterState['kind'], Verdicts> = {
    stopped: unready,
    spawning: unready,
    starting: unready,
    recovering: unready,
    accepting: up,
    stopping: unready,
    backoff: unready,
    'held-up': unready,
    ended: { ...unready, alive: false },
  };

  test.each(Object.values(exampleStates))('and is $kind', (state) => {
    expect(verdicts(aSnapshot({}, state))).toEqual(table[state.kind]);
  });

  test('and is being restarted is alive', () => {
    expect(verdicts(aSnapshot({}, { ...exampleStates.stopping, purpose: 'restart' }))).toEqual(unready);
  });
});

describe('a server that has never answered', () => {
  const silent = { hasAnswered: false, observation: anObservation({ answer: undefined }) };

  test.each([exampleStates.stopped, exampleStates.spawning, exampleStates.starting, exampleStates.backoff])(
    'and is $kind is not started, but alive',
    (state) => {
      expect(verdicts(aSnapshot(silent, state))).toEqual(notStarted);
    },
  );

  test('is alive and not started while its data folder is initialized', () => {
    const snapshot = aSnapshot(
      { isInitializing: true, hasAnswered: false, observation: undefined },
      exampleStates.stopped,
    );
    expect(verdicts(snapshot)).toEqual(notStarted);
    expect(startupVerdict(snapshot).sentence).toContain('initialized');
    expect(readinessVerdict(snapshot, noonMs).sentence).toContain('initialized');
  });
});

describe('the answer', () => {
  const answers: Record<ServerAnswer['kind'], readonly [ServerAnswer, Verdicts]> = {
    accepting: [anAcceptingAnswer(), up],
    'refused-login': [{ kind: 'refused-login', sqlState: '28000', message: 'no entry' }, up],
    full: [{ kind: 'full', message: 'too many clients' }, up],
    rejecting: [{ kind: 'rejecting', message: 'starting up' }, unready],
    silent: [{ kind: 'silent', message: 'connect ECONNREFUSED' }, unready],
  };

  test.each(Object.entries(answers))('%s', (_, [answer, expected]) => {
    // What rejects is recovering, by the same look.
    const state = answer.kind === 'rejecting' ? exampleStates.recovering : exampleStates.accepting;
    expect(verdicts(aSnapshot({ observation: anObservation({ answer }) }, state))).toEqual(expected);
  });

  test('of a standby that takes reading sessions is good enough', () => {
    const observation = anObservation({ answer: anAcceptingAnswer({ inRecovery: true }) });
    expect(verdicts(aSnapshot({ observation }))).toEqual(up);
  });
});

describe('the process', () => {
  const table: Record<Observation['process'], Verdicts> = {
    running: up,
    frozen: unready,
    defunct: { ...unready, alive: false },
    gone: unready,
  };

  test.each(Object.entries(table))('%s', (process, expected) => {
    const observation = anObservation({ process: process as Observation['process'] });
    expect(verdicts(aSnapshot({ observation }))).toEqual(expected);
  });

  test('that was seen dead does not make the wait for the next one look dead', () => {
    const observation = anObservation({ process: 'defunct', answer: undefined });
    expect(livenessVerdict(aSnapshot({ observation }, exampleStates.backoff)).ok).toBe(true);
    expect(livenessVerdict(aSnapshot({ observation }, exampleStates.spawning)).ok).toBe(true);
  });
});

describe('the age of the observation', () => {
  test.each([
    [0, true],
    [5_000, true],
    [5_001, false],
    [3_600_000, false],
  ])('%i ms: ready %s', (ageMs, ready) => {
    const snapshot = aSnapshot({ observation: anObservation({ atMs: noonMs - ageMs }) });
    expect(verdicts(snapshot)).toEqual({ ...up, ready });
  });

  test('is in the sentence', () => {
    const snapshot = aSnapshot({ observation: anObservation({ atMs: noonMs - 7_400 }) });
    expect(readinessVerdict(snapshot, noonMs).sentence).toContain('7 s old');
  });

  test('does not matter for being alive: a manager that looks no more is not healed by killing PostgreSQL', () => {
    expect(verdicts(aSnapshot({ observation: undefined }))).toEqual(unready);
  });
});
