import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExitStatus } from '../../../src/postmaster/exit-status.ts';
import type { PostmasterEvent } from '../../../src/postmaster/postmaster-event.ts';
import { runningPid, type SupervisionPolicy } from '../../../src/postmaster/postmaster-state.ts';
import type { ShutdownMode } from '../../../src/postmaster/shutdown-mode.ts';
import { type SimulatedPostmaster, simulatedPostmaster } from '../../support/simulated-postmaster.ts';

// Sequences of events in any order, also such as cannot happen, against what must hold after each of them.

const strength = { smart: 1, fast: 2, immediate: 3 } as const satisfies Record<ShutdownMode, number>;

const statuses = fc.constantFrom<ExitStatus>(
  { kind: 'code', code: 0 },
  { kind: 'code', code: 1 },
  { kind: 'signal', signal: 'SIGKILL' },
);

const events: fc.Arbitrary<PostmasterEvent> = fc.oneof(
  fc.constantFrom<PostmasterEvent>({ kind: 'start' }, { kind: 'stop' }, { kind: 'restart' }, { kind: 'timer' }),
  fc.constantFrom<PostmasterEvent>({ kind: 'spawn-failed' }, { kind: 'held-up', forMs: 200 }, { kind: 'stuck' }),
  fc.integer({ min: 2, max: 9 }).map((pid): PostmasterEvent => ({ kind: 'spawned', pid })),
  fc.constantFrom<PostmasterEvent>(
    { kind: 'answered', answer: 'accepting' },
    { kind: 'answered', answer: 'rejecting' },
  ),
  statuses.map((status): PostmasterEvent => ({ kind: 'exited', status })),
);

const policies: fc.Arbitrary<SupervisionPolicy> = fc.record({
  restart: fc.record({
    onCrash: fc.constantFrom('restart', 'exit'),
    maxCrashes: fc.integer({ min: 0, max: 5 }),
    windowMs: fc.integer({ min: 500, max: 300_000 }),
  }),
  shutdownMode: fc.constantFrom('smart', 'fast'),
  shutdownBudgetMs: fc.integer({ min: 1, max: 100_000 }),
});

type Step = { readonly event: PostmasterEvent } | { readonly passMs: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: events.map((event) => ({ event })) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 60_000 }).map((passMs) => ({ passMs })) },
);

/** Takes the steps one by one; `check` looks after each of them. */
function run(
  policy: SupervisionPolicy,
  all: readonly Step[],
  check: (simulated: SimulatedPostmaster) => void = () => undefined,
): SimulatedPostmaster {
  const simulated = simulatedPostmaster(policy);
  for (const step of all) {
    if ('passMs' in step) simulated.pass(step.passMs);
    else simulated.send(step.event);
    check(simulated);
  }
  return simulated;
}

function property(check: (policy: SupervisionPolicy, all: readonly Step[]) => void): void {
  fc.assert(fc.property(policies, fc.array(steps, { maxLength: 60 }), check), { numRuns: 2_000 });
}

test('a postmaster is never started while another is there', () => {
  property((policy, all) => {
    for (const { command, before, event } of run(policy, all).given) {
      if (command.kind === 'spawn') expect(runningPid(before) === undefined || event.kind === 'exited').toBe(true);
    }
  });
});

test('a stop is never followed by a start', () => {
  property((policy, all) => {
    for (const { command, stops } of run(policy, all).given) if (stops > 0) expect(command.kind).not.toBe('spawn');
  });
});

test('a postmaster that is told to stop is told nothing weaker later', () => {
  property((policy, all) => {
    let sofar = 0;
    for (const { command } of run(policy, all).given) {
      if (command.kind === 'spawn') sofar = 0;
      if (command.kind !== 'signal') continue;
      expect(strength[command.mode]).toBeGreaterThanOrEqual(sofar);
      sofar = strength[command.mode];
    }
  });
});

test('a signal goes to the postmaster that is there', () => {
  property((policy, all) => {
    for (const { command, before } of run(policy, all).given) {
      if (command.kind === 'signal') expect(command.pid).toBe(runningPid(before));
    }
  });
});

test('the end comes once at most, nothing comes after it, and no postmaster is left behind', () => {
  property((policy, all) => {
    const { given } = run(policy, all);
    const end = given.findIndex(({ command }) => command.kind === 'end');
    if (end < 0) return;
    expect(given.slice(end + 1)).toEqual([]);
    const last = given[end];
    expect(last === undefined || runningPid(last.before) === undefined || last.event.kind === 'exited').toBe(true);
  });
});

test('an end without a stop is never a success', () => {
  property((policy, all) => {
    for (const { command, stops } of run(policy, all).given) {
      if (command.kind === 'end' && stops === 0) expect(command.exitCode).toBeGreaterThan(0);
    }
  });
});

test('what waits has a timer: a shutdown that is not immediate, a backoff, and what is held up', () => {
  property((policy, all) => {
    run(policy, all, (simulated) => {
      const state = simulated.state();
      const waits =
        state.kind === 'backoff' ||
        state.kind === 'held-up' ||
        (state.kind === 'stopping' && state.mode !== 'immediate');
      if (waits) expect(simulated.timerAtMs(), JSON.stringify(state)).toBeDefined();
    });
  });
});

test('a shutdown becomes immediate before its budget is spent', () => {
  property((policy, all) => {
    run(policy, all, (simulated) => {
      const state = simulated.state();
      if (state.kind !== 'stopping' || state.mode === 'immediate') return;
      expect(simulated.timerAtMs()).toBeLessThan(state.sinceMs + policy.shutdownBudgetMs);
    });
  });
});

test('every crash is that of a postmaster that was started or could not be', () => {
  property((policy, all) => {
    const failed = all.filter((step) => 'event' in step && step.event.kind === 'spawn-failed').length;
    const { starts, crashes } = run(policy, all).postmaster();
    expect(crashes).toBeLessThanOrEqual(starts + failed);
  });
});
