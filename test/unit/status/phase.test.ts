import { expect, test } from 'vitest';
import type { PostmasterState } from '../../../src/postmaster/postmaster-state.ts';
import { type Phase, phaseOf } from '../../../src/status/phase.ts';
import { anObservation, aSnapshot, exampleStates } from '../../support/a-snapshot.ts';

const phases: Record<PostmasterState['kind'], Phase> = {
  stopped: 'Starting',
  spawning: 'Starting',
  starting: 'Starting',
  recovering: 'Recovering',
  accepting: 'Running',
  stopping: 'Stopping',
  backoff: 'CrashBackoff',
  'held-up': 'Starting',
  ended: 'Stopped',
};

test.each(Object.values(exampleStates))('is one word for a postmaster that is $kind', (state) => {
  expect(phaseOf(aSnapshot({}, state))).toBe(phases[state.kind]);
});

test('is Restarting when it stops in order to start again', () => {
  expect(phaseOf(aSnapshot({}, { ...exampleStates.stopping, purpose: 'restart' }))).toBe('Restarting');
});

test('is Initializing while initdb runs', () => {
  expect(phaseOf(aSnapshot({ isInitializing: true }, exampleStates.stopped))).toBe('Initializing');
});

test('is Frozen when the process of a server that accepted was stopped by a signal', () => {
  const observation = anObservation({ process: 'frozen', answer: undefined });
  expect(phaseOf(aSnapshot({ observation }))).toBe('Frozen');
  expect(phaseOf(aSnapshot({ observation }, exampleStates.stopping))).toBe('Stopping');
});
