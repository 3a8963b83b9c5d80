import fc from 'fast-check';
import { expect, test } from 'vitest';
import { creationOf, parseUpdateGraph, reachableFrom, strandedVersions } from '../../../src/inspection/update-graph.ts';
import { often } from '../../support/any-text.ts';

const version = fc.constantFrom('1', '2', '3', '4', '5');
const scripts = fc.uniqueArray(
  fc.oneof(
    version,
    fc.tuple(version, version).map(([from, to]) => `${from}--${to}`),
  ),
  {
    maxLength: 12,
  },
);

interface Model {
  readonly creating: readonly string[];
  readonly steps: readonly (readonly [from: string, to: string])[];
}

function modelOf(names: readonly string[]): Model {
  const parts = names.map((name) => name.split('--'));
  return {
    creating: parts.filter((part) => part.length === 1).map(([only = '']) => only),
    steps: parts.filter((part) => part.length === 2).map(([from = '', to = '']) => [from, to] as const),
  };
}

/** The shortest way by trying every one, undefined where there is none. */
function distance({ steps }: Model, from: readonly string[], to: string): number | undefined {
  let reached = new Set(from);
  for (let count = 0; count <= 6; count += 1) {
    if (reached.has(to)) return count;
    reached = new Set([...reached, ...steps.flatMap(([one, next]) => (reached.has(one) ? [next] : []))]);
  }
  return undefined;
}

function graphOf(names: readonly string[]) {
  return parseUpdateGraph(
    'x',
    names.map((name) => `x--${name}.sql`),
  );
}

test('what can be reached is what a walk over all steps reaches', () => {
  fc.assert(
    fc.property(scripts, version, version, (names, from, to) => {
      const model = modelOf(names);
      const reached = reachableFrom(graphOf(names), [from]).has(to);
      expect(reached).toBe(distance(model, [from], to) !== undefined);
    }),
    often,
  );
});

test('a version is created by a script that is there and as few steps as there can be, each of them there', () => {
  fc.assert(
    fc.property(scripts, version, (names, target) => {
      const model = modelOf(names);
      const creation = creationOf('x', graphOf(names), target);
      const steps = distance(model, model.creating, target);
      expect(creation?.length).toBe(steps === undefined ? undefined : steps + 1);
      if (creation === undefined) return;
      const parts = creation.map((file) => file.slice('x--'.length, -'.sql'.length));
      for (const part of parts) expect(names).toContain(part);
      for (const [index, part] of parts.entries()) {
        if (index > 0) expect(part.split('--')[0]).toBe(parts[index - 1]?.split('--').at(-1));
      }
      expect(parts.at(-1)?.split('--').at(-1)).toBe(target);
    }),
    often,
  );
});

test('a version is left behind if it is known, leads not to the target and is not beyond it', () => {
  fc.assert(
    fc.property(scripts, version, (names, target) => {
      const model = modelOf(names);
      const known = new Set([...model.creating, ...model.steps.flat()]);
      const expected = [...known].filter(
        (one) =>
          one !== target &&
          distance(model, [one], target) === undefined &&
          distance(model, [target], one) === undefined,
      );
      expect(strandedVersions(graphOf(names), target)).toEqual(expected.sort());
    }),
    often,
  );
});
