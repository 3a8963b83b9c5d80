import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PostmasterEvent } from '../../../src/postmaster/postmaster-event.ts';
import type { SupervisionPolicy } from '../../../src/postmaster/postmaster-state.ts';
import { type SimulatedPostmaster, simulatedPostmaster } from '../../support/simulated-postmaster.ts';

const policy: SupervisionPolicy = {
  restart: { onCrash: 'restart', maxCrashes: 5, windowMs: 300_000 },
  shutdownMode: 'fast',
  shutdownBudgetMs: 60_000,
};

const crash: PostmasterEvent = { kind: 'exited', status: { kind: 'signal', signal: 'SIGSEGV' } };
const cleanExit: PostmasterEvent = { kind: 'exited', status: { kind: 'code', code: 0 } };
const accepts: PostmasterEvent = { kind: 'answered', answer: 'accepting' };

function starting(changes: Partial<SupervisionPolicy> = {}): SimulatedPostmaster {
  const simulated = simulatedPostmaster({ ...policy, ...changes });
  simulated.send({ kind: 'start' });
  simulated.spawned();
  return simulated;
}

function running(changes: Partial<SupervisionPolicy> = {}): SimulatedPostmaster {
  const simulated = starting(changes);
  simulated.send(accepts);
  return simulated;
}

/** The signals so far, as "fast at 0". */
function signals(simulated: SimulatedPostmaster): readonly string[] {
  return simulated.given.flatMap(({ command, atMs }) =>
    command.kind === 'signal' ? [`${command.mode} at ${atMs}`] : [],
  );
}

function kinds(simulated: SimulatedPostmaster): readonly string[] {
  return simulated.given.map(({ command }) => command.kind);
}

describe('a stop', () => {
  test('of a server that goes by itself is one fast shutdown', () => {
    const simulated = running();
    simulated.send({ kind: 'stop' });
    simulated.pass(300);
    simulated.send(cleanExit);
    expect(kinds(simulated)).toEqual(['spawn', 'signal', 'arm-timer', 'end']);
    expect(simulated.state()).toMatchObject({ kind: 'ended', exitCode: 0 });
  });

  test('becomes immediate only when the budget is nearly spent', () => {
    const simulated = running();
    simulated.send({ kind: 'stop' });
    simulated.pass(53_999);
    expect(signals(simulated)).toEqual(['fast at 0']);
    simulated.pass(1);
    expect(signals(simulated)).toEqual(['fast at 0', 'immediate at 54000']);
  });

  test('that begins smart becomes fast half way, then immediate', () => {
    const simulated = running({ shutdownMode: 'smart' });
    simulated.send({ kind: 'stop' });
    simulated.pass(60_000);
    expect(signals(simulated)).toEqual(['smart at 0', 'fast at 27000', 'immediate at 54000']);
  });

  test('that is asked for again is the next stronger one, within the budget of the first', () => {
    const simulated = running({ shutdownMode: 'smart' });
    simulated.send({ kind: 'stop' });
    simulated.pass(1_000);
    simulated.send({ kind: 'stop' });
    expect(signals(simulated)).toEqual(['smart at 0', 'fast at 1000']);
    simulated.pass(60_000);
    expect(signals(simulated).at(-1)).toBe('immediate at 54000');
  });

  test('that is asked for a third time stays immediate', () => {
    const simulated = running();
    for (let times = 0; times < 3; times += 1) simulated.send({ kind: 'stop' });
    expect(signals(simulated)).toEqual(['fast at 0', 'immediate at 0', 'immediate at 0']);
  });

  test('during the start shuts down what is starting', () => {
    const simulated = starting();
    simulated.send({ kind: 'stop' });
    simulated.send(accepts);
    simulated.send(crash);
    expect(kinds(simulated)).toEqual(['spawn', 'signal', 'arm-timer', 'end']);
  });

  test('during a backoff ends at once, and the timer that comes late starts nothing', () => {
    const simulated = running();
    simulated.send(crash);
    simulated.send({ kind: 'stop' });
    simulated.send({ kind: 'timer' });
    expect(kinds(simulated)).toEqual(['spawn', 'arm-timer', 'end']);
  });

  test('during a restart makes an exit of it, still within the time of the restart', () => {
    const simulated = running();
    simulated.send({ kind: 'restart' });
    simulated.pass(10_000);
    simulated.send({ kind: 'stop' });
    expect(simulated.state()).toMatchObject({ kind: 'stopping', mode: 'fast', purpose: 'exit', sinceMs: 0 });
    simulated.pass(50_000);
    expect(signals(simulated)).toEqual(['fast at 0', 'immediate at 54000']);
    simulated.send(cleanExit);
    expect(kinds(simulated).filter((kind) => kind === 'spawn')).toHaveLength(1);
    expect(simulated.state().kind).toBe('ended');
  });

  test('is through all its modes before any budget is spent, and in their order', () => {
    const modes = fc.constantFrom('smart', 'fast') as fc.Arbitrary<'smart' | 'fast'>;
    fc.assert(
      fc.property(modes, fc.integer({ min: 1, max: 600_000 }), (shutdownMode, shutdownBudgetMs) => {
        const simulated = running({ shutdownMode, shutdownBudgetMs });
        simulated.send({ kind: 'stop' });
        simulated.pass(shutdownBudgetMs);
        const sent = simulated.given.flatMap(({ command, atMs }) =>
          command.kind === 'signal' ? [{ mode: command.mode, atMs }] : [],
        );
        const all = ['smart', 'fast', 'immediate'];
        expect(sent.map(({ mode }) => mode)).toEqual(all.slice(all.indexOf(shutdownMode)));
        expect(sent.at(-1)?.atMs).toBeLessThan(shutdownBudgetMs);
      }),
    );
  });
});

describe('a restart', () => {
  test('is a fast shutdown, whatever mode a stop has, and then a start', () => {
    const simulated = running({ shutdownMode: 'smart' });
    simulated.send({ kind: 'restart' });
    expect(signals(simulated)).toEqual(['fast at 0']);
    simulated.send(cleanExit);
    simulated.spawned();
    simulated.send(accepts);
    expect(simulated.postmaster()).toMatchObject({ state: { kind: 'accepting' }, starts: 2, crashes: 0 });
  });

  test('of a server that does not go becomes immediate in the same budget', () => {
    const simulated = running();
    simulated.send({ kind: 'restart' });
    simulated.pass(60_000);
    expect(signals(simulated)).toEqual(['fast at 0', 'immediate at 54000']);
    expect(simulated.state()).toMatchObject({ purpose: 'restart' });
  });

  test('that is asked for twice is one', () => {
    const simulated = running();
    simulated.send({ kind: 'restart' });
    simulated.send({ kind: 'restart' });
    expect(signals(simulated)).toEqual(['fast at 0']);
  });

  test('does not call a stop off', () => {
    const simulated = running();
    simulated.send({ kind: 'stop' });
    simulated.send({ kind: 'restart' });
    simulated.send(cleanExit);
    expect(simulated.state().kind).toBe('ended');
  });

  test('does not wait for the end of a backoff', () => {
    const simulated = running();
    simulated.send(crash);
    simulated.send({ kind: 'restart' });
    simulated.spawned();
    simulated.pass(1_000);
    expect(kinds(simulated)).toEqual(['spawn', 'arm-timer', 'spawn']);
  });
});

describe('a crash', () => {
  /** Crashes, waits for the start, lives on for a while. */
  function crashAfter(simulated: SimulatedPostmaster, livedMs: number): void {
    simulated.pass(livedMs);
    simulated.send(crash);
    simulated.pass(30_000);
    if (simulated.state().kind === 'spawning') simulated.spawned();
  }

  test('is followed by a start after the wait, not before', () => {
    const simulated = running();
    simulated.send(crash);
    simulated.pass(199);
    expect(kinds(simulated)).toEqual(['spawn', 'arm-timer']);
    simulated.pass(1);
    expect(kinds(simulated)).toEqual(['spawn', 'arm-timer', 'spawn']);
  });

  test('too many within the window ends the manager with the code of PostgreSQL', () => {
    const simulated = running();
    for (let times = 1; times <= 5; times += 1) crashAfter(simulated, 0);
    expect(simulated.state().kind).toBe('starting');
    crashAfter(simulated, 0);
    expect(simulated.state()).toEqual({ kind: 'ended', exitCode: 139 });
    const lastExit = { kind: 'signal', signal: 'SIGSEGV' };
    expect(simulated.postmaster()).toMatchObject({ starts: 6, crashes: 6, lastExit });
  });

  test('now and then is followed by a start for ever', () => {
    const simulated = running();
    for (let times = 1; times <= 50; times += 1) crashAfter(simulated, 60_000);
    expect(simulated.postmaster()).toMatchObject({ state: { kind: 'starting' }, starts: 51, crashes: 50 });
  });

  test('of a program that cannot be executed is waited for and given up like the others', () => {
    const simulated = simulatedPostmaster(policy);
    simulated.send({ kind: 'start' });
    for (let times = 1; times <= 6; times += 1) {
      simulated.send({ kind: 'spawn-failed' });
      simulated.pass(30_000);
    }
    expect(simulated.state()).toEqual({ kind: 'ended', exitCode: 71 });
  });
});
