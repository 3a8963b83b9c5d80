import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { singleFlight } from '../../../src/lib/single-flight.ts';

/** A task of a few microtasks that notes how it was run and what was wanted when it began. */
function observedTask(lengthInMicrotasks: number) {
  const seen = { runs: 0, running: 0, mostAtOnce: 0, wanted: 0, done: 0 };
  const flight = singleFlight(async () => {
    seen.runs += 1;
    seen.running += 1;
    seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.running);
    const wanted = seen.wanted;
    await microtasks(lengthInMicrotasks);
    seen.running -= 1;
    seen.done = Math.max(seen.done, wanted);
  });
  /** What is wanted grows with each trigger; when the trigger resolves, a run has seen at least that much. */
  async function trigger(afterMicrotasks: number): Promise<void> {
    await microtasks(afterMicrotasks);
    seen.wanted += 1;
    const { wanted } = seen;
    await flight.trigger();
    expect(seen.done).toBeGreaterThanOrEqual(wanted);
  }
  return { seen, flight, trigger };
}

async function microtasks(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await undefined;
}

const delays = Array.from({ length: 25 }, (_, delay) => delay);

describe('a trigger', () => {
  test.each(delays)('%i microtasks after the first one is neither lost nor run beside it', async (delay) => {
    const { seen, trigger } = observedTask(5);
    await Promise.all([trigger(0), trigger(delay)]);
    expect(seen).toMatchObject({ mostAtOnce: 1, runs: 2, running: 0 });
  });

  test.each(delays)('%i microtasks later is not run beside the run that already waits', async (delay) => {
    const { seen, trigger } = observedTask(5);
    await Promise.all([trigger(0), trigger(1), trigger(delay)]);
    expect(seen).toMatchObject({ mostAtOnce: 1, running: 0 });
    expect(seen.runs).toBeLessThanOrEqual(3);
  });

  test('at any moments is followed by a run that began after it, one at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 8 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 }),
        async (length, moments) => {
          const { seen, trigger } = observedTask(length);
          await Promise.all(moments.map(trigger));
          expect(seen.mostAtOnce).toBe(1);
          expect(seen.runs).toBeLessThanOrEqual(moments.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('during a run makes one more run, however many come', async () => {
    const { seen, trigger } = observedTask(10);
    await Promise.all([trigger(0), ...Array.from({ length: 100 }, () => trigger(2))]);
    expect(seen).toMatchObject({ runs: 2, done: 101 });
  });
});

describe('idle', () => {
  test('resolves at once when nothing ever ran', async () => {
    const { seen, flight } = observedTask(3);
    await flight.idle();
    expect(seen.runs).toBe(0);
  });

  test('waits for the run and for the one that was asked for meanwhile', async () => {
    const { seen, flight } = observedTask(3);
    void flight.trigger();
    void flight.trigger();
    await flight.idle();
    expect(seen).toMatchObject({ runs: 2, running: 0 });
  });
});
