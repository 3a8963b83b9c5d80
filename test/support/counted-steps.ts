import { Session } from 'node:inspector';

/**
 * Counts what a piece of work does, in steps: how often each block of JavaScript was entered, which V8 counts exactly, and
 * how many characters or items the built-in functions went over, of which V8 says nothing. The same work is always the
 * same number, on any machine. Not counted: what a regular expression does beyond the text it matched (that it has no
 * reason to go back is looked at where all of them are), and copies of lists by spreading.
 */
export interface StepCounter {
  readonly count: (work: () => void) => number;
  readonly close: () => void;
}

/** To be opened before the code that is counted is loaded: V8 counts the blocks of what it compiles from then on. */
export function openStepCounter(): StepCounter {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    count: (work) => {
      blocksSoFar(session);
      const builtIn = countBuiltIns(work);
      return builtIn + blocksSoFar(session);
    },
    close: () => session.disconnect(),
  };
}

/** Since the last time: asking sets the counters to nought. */
function blocksSoFar(session: Session): number {
  const held = { sum: 0 };
  session.post('Profiler.takePreciseCoverage', (error, coverage) => {
    if (error !== null) throw error;
    for (const { functions } of coverage.result.filter(({ url }) => !isOfTheCounter(url)))
      for (const { ranges } of functions) for (const { count } of ranges) held.sum += count;
  });
  return held.sum;
}

function isOfTheCounter(url: string): boolean {
  return url.startsWith('node:') || url.endsWith('/counted-steps.ts');
}

type Cost = (self: { readonly length: number }, args: readonly unknown[], result: unknown) => number;

const whole: Cost = (self) => self.length;
const upToTheFind: Cost = (self, [, from], result) => {
  const start = typeof from === 'number' ? Math.min(from, self.length) : 0;
  return (typeof result === 'number' && result >= 0 ? result : self.length) - start + 1;
};
const backToTheFind: Cost = (self, [, from], result) => {
  const start = typeof from === 'number' ? Math.min(from, self.length) : self.length;
  return start - (typeof result === 'number' ? result : -1) + 1;
};
const matched: Cost = (_, __, result) => (Array.isArray(result) ? String(result[0]).length + 1 : 1);

const costs: readonly (readonly [object, Readonly<Record<string, Cost>>])[] = [
  [
    String.prototype,
    {
      ...{
        includes: whole,
        split: whole,
        replaceAll: whole,
        replace: whole,
        match: whole,
        matchAll: whole,
        trim: whole,
      },
      ...{ indexOf: upToTheFind, lastIndexOf: backToTheFind, toLowerCase: whole, toUpperCase: whole, search: whole },
    },
  ],
  [RegExp.prototype, { exec: matched }],
  [
    Array.prototype,
    {
      ...{ includes: whole, indexOf: upToTheFind, lastIndexOf: whole, slice: (_, __, result) => lengthOf(result) },
      ...{ concat: (_, __, result) => lengthOf(result), join: whole, shift: whole, unshift: whole, splice: whole },
    },
  ],
];

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function countBuiltIns(work: () => void): number {
  const held = { sum: 0 };
  const originals = costs.flatMap(([prototype, methods]) =>
    Object.entries(methods).map(([name, cost]) => {
      const original: unknown = Reflect.get(prototype, name);
      if (typeof original !== 'function') throw new Error(`there is no built-in function ${name}`);
      return { prototype, name, cost, original };
    }),
  );
  for (const { prototype, name, cost, original } of originals) {
    Reflect.set(prototype, name, function counted(this: { readonly length: number }, ...args: readonly unknown[]) {
      const result: unknown = Reflect.apply(original, this, args);
      held.sum += cost(this, args, result);
      return result;
    });
  }
  try {
    work();
  } finally {
    for (const { prototype, name, original } of originals) Reflect.set(prototype, name, original);
  }
  return held.sum;
}
