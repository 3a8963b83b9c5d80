import { expect, test } from 'vitest';
import { renderStep, renderSummary } from '../../../src/cli/render-verification.ts';
import { failed, type Outcome, passed, type Step } from '../../../src/verification/verification-step.ts';

function aStep(title: string, outcome: Outcome, extension = 'geo'): Step {
  return { image: 'geo-image', extension, kind: 'update', title, outcome, milliseconds: 1234 };
}

const differs = (...details: readonly string[]): Outcome => failed('it differs', details);

test('a step is told with its time and what is wrong, below the name of its image', () => {
  expect(renderStep(aStep('update from 1 to 3', differs('a', 'b')), [], false)).toBe(
    [
      ...['', 'geo-image', '  FAILED     1.23 s  update from 1 to 3', '                     it differs'],
      ...['                     - a', '                     - b', ''],
    ].join('\n'),
  );
});

test('what is wrong with every update is told once', () => {
  const first = aStep('update from 1 to 3', differs('a', 'b'));
  const second = aStep('update from 2 to 3', differs('a', 'b'));
  expect(renderStep(second, [first], false)).toMatch(/it differs\n +- the same as with update from 1 to 3\n$/);
  for (const other of [
    aStep('update from 1 to 3', differs('a', 'c')),
    aStep('update from 1 to 3', differs('a', 'b'), 'another'),
    aStep('update from 1 to 3', passed('fine', ['a', 'b'])),
  ]) {
    expect(renderStep(second, [other], false)).toMatch(/- a\n +- b\n$/);
  }
  const short = aStep('update from 2 to 3', differs('a'));
  expect(renderStep(short, [aStep('update from 1 to 3', differs('a'))], false)).toMatch(/- a\n$/);
});

test('of very many things the first are told', () => {
  const many = aStep('update', differs(...Array.from({ length: 25 }, (_, index) => `thing ${index}`)));
  const lines = renderStep(many, [], false).trimEnd().split('\n');
  expect(lines.at(-1)?.trim()).toBe('and 5 more: -o json has them all');
  expect(lines).toHaveLength(2 + 2 + 20 + 1);
});

test('the summary counts, and names what need not be known any more', () => {
  const steps = [aStep('one', passed()), aStep('two', { result: 'known', message: 'no', details: [] })];
  expect(renderSummary(steps, [], 2_000, false)).toBe('\n1 passed, 1 known in 2.0 s\n');
  expect(renderSummary(steps, ['DROP *'], 2_000, false)).toBe(
    '\n1 passed, 1 known in 2.0 s\n--known-failure "DROP *" fits no step that failed: it can go.\n',
  );
});
