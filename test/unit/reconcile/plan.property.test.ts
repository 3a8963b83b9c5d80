import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PostmasterState } from '../../../src/postmaster/postmaster-state.ts';
import type { Action } from '../../../src/reconcile/action.ts';
import { type ObservedInstance, plan } from '../../../src/reconcile/plan.ts';
import { type FakeInstanceTraits, fakeInstance } from '../../support/fake-instance.ts';

const settings = { text: 'new', sha256: 'sha-new' };

const desires = fc.record({
  settings: fc.constant(settings),
  restartPolicy: fc.constantFrom('manual', 'automatic'),
  rememberedText: fc.constant('files'),
  appliedText: fc.constant('images'),
});

const traits: fc.Arbitrary<FakeInstanceTraits> = fc.record({
  hasSession: fc.boolean(),
  refuses: fc.boolean().map((refuses) => () => refuses),
  reloadWorks: fc.boolean(),
  restartHelps: fc.boolean(),
  isDiskFull: fc.boolean(),
});

const shas = fc.constantFrom('sha-old', 'sha-new', undefined);

const observations: fc.Arbitrary<ObservedInstance> = fc.record({
  postmaster: fc.constantFrom<PostmasterState['kind']>('stopped', 'starting', 'accepting', 'backoff', 'ended'),
  rememberedText: fc.constantFrom('files', 'old files', undefined),
  appliedText: fc.constantFrom('images', 'old images'),
  installedText: fc.constantFrom('old', 'new', undefined),
  refusedSha256: fc.constant(undefined),
  loadedSha256: shas,
  announcedSha256: shas,
  restart: fc.record({
    isRequired: fc.boolean(),
    key: fc.constantFrom('PATH', 'LD_LIBRARY_PATH'),
    madeFor: fc.constantFrom('PATH', 'LD_LIBRARY_PATH', undefined),
  }),
});

/** Plans and acts until nothing is left to do, or the same plan comes twice; as `pass` does. */
function settle(desired: Parameters<typeof plan>[0], world: ReturnType<typeof fakeInstance>): ObservedInstance {
  let previous = '';
  let refusedSha256: string | undefined;
  let wish = desired;
  for (let steps = 0; steps < 10; steps += 1) {
    const observed = world.observe(refusedSha256);
    const actions = plan(wish, observed);
    if (actions.length === 0 || JSON.stringify(actions) === previous) return observed;
    for (const action of actions) {
      const outcome = world.apply(action, desired.settings);
      if (outcome.kind === 'failed' && action.kind === 'install-settings') refusedSha256 = desired.settings.sha256;
      if (outcome.kind === 'failed' && action.kind === 'remember-applied') wish = { ...wish, appliedText: undefined };
    }
    previous = JSON.stringify(actions);
  }
  throw new Error('it never settles');
}

function count(done: readonly Action[], kind: Action['kind']): number {
  return done.filter((action) => action.kind === kind).length;
}

test('every world settles, in a few steps of which each kind is taken once or twice', () => {
  fc.assert(
    fc.property(desires, traits, observations, (desired, worldTraits, initial) => {
      const world = fakeInstance(worldTraits, initial);
      settle(desired, world);
      for (const action of world.done) expect(count(world.done, action.kind)).toBeLessThanOrEqual(2);
    }),
    { numRuns: 2_000 },
  );
});

test('a world that does as it is told ends with what is desired', () => {
  fc.assert(
    fc.property(desires, observations, fc.boolean(), (desired, initial, hasSession) => {
      fc.pre(initial.postmaster === 'stopped' || initial.postmaster === 'accepting');
      const obedient = { hasSession, refuses: () => false, reloadWorks: true, restartHelps: true };
      const world = fakeInstance(obedient, initial);
      const observed = settle(desired, world);
      expect(observed.installedText).toBe('new');
      expect(observed.postmaster).toBe('accepting');
      expect(observed.loadedSha256 ?? observed.announcedSha256).toBe('sha-new');
      const isDue = initial.restart.isRequired && initial.restart.madeFor !== initial.restart.key;
      expect(count(world.done, 'restart')).toBe(isDue && desired.restartPolicy === 'automatic' ? 1 : 0);
      expect(plan(desired, observed)).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('a restart that does not clear its reasons is made once, however often one looks', () => {
  fc.assert(
    fc.property(traits, observations, fc.integer({ min: 1, max: 10 }), (worldTraits, initial, passes) => {
      const world = fakeInstance({ ...worldTraits, restartHelps: false }, initial);
      for (let done = 0; done < passes; done += 1)
        settle({ settings, restartPolicy: 'automatic', rememberedText: 'files', appliedText: 'images' }, world);
      expect(count(world.done, 'restart')).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2_000 },
  );
});

test('what is settled stays settled: a second look does nothing but try again what failed', () => {
  fc.assert(
    fc.property(desires, traits, observations, (desired, worldTraits, initial) => {
      const world = fakeInstance(worldTraits, initial);
      settle(desired, world);
      const sofar = world.done.length;
      settle(desired, world);
      for (const action of world.done.slice(sofar))
        expect(['remember-applied', 'install-settings', 'reload']).toContain(action.kind);
      const isObliging = !worldTraits.refuses(settings) && worldTraits.reloadWorks && worldTraits.isDiskFull !== true;
      if (isObliging) expect(world.done).toHaveLength(sofar);
    }),
    { numRuns: 2_000 },
  );
});
