import { expect, test } from 'vitest';
import { markKnown, unusedPatterns } from '../../../src/verification/known-failures.ts';
import { failed, type Outcome, passed, type Step } from '../../../src/verification/verification-step.ts';

function aStep(title: string, outcome: Outcome = failed('it differs', ['a', 'b'])): Step {
  return { image: 'geo-image', extension: 'geo', kind: 'drop', title, outcome, milliseconds: 1 };
}

test.each([
  ['DROP EXTENSION geo', true],
  ['geo-image/DROP EXTENSION geo', true],
  ['DROP*', true],
  ['*geo', true],
  ['geo-image/*', true],
  ['D*EXT*geo', true],
  ['*', true],
  ['DROP EXTENSION ge', false],
  ['EXTENSION*', false],
  ['other/DROP*', false],
  ['D*ROP EXTENSION geo*geo', false],
  ['drop extension geo', false],
  ['', false],
])('%s fits the step DROP EXTENSION geo: %s', (pattern, isFitting) => {
  expect(markKnown(aStep('DROP EXTENSION geo'), [pattern]).outcome.result).toBe(isFitting ? 'known' : 'failed');
});

test('what was known to fail keeps what it says', () => {
  expect(markKnown(aStep('test one.sql'), ['test *']).outcome).toEqual({
    result: 'known',
    message: 'it differs',
    details: ['a', 'b'],
  });
});

test('what passes is not known to fail, and the pattern can go', () => {
  const step = aStep('DROP EXTENSION geo', passed());
  expect(markKnown(step, ['DROP*'])).toBe(step);
  const steps = [step, markKnown(aStep('test one.sql'), ['test *'])];
  expect(unusedPatterns(['DROP*', 'test *', 'tset *'], steps)).toEqual(['DROP*', 'tset *']);
});
