import { expect, test } from 'vitest';
import { parseFaultsArguments } from '../../faults/harness/faults-arguments.ts';

test('without arguments there is one run of everything with a fresh seed', () => {
  expect(parseFaultsArguments([])).toEqual({ kind: 'right', runs: 1, seed: undefined, only: undefined });
});

test('a seed, a number of runs and a pattern are taken', () => {
  const args = ['--seed', '42', '--runs', '5', '--only', 'killed'];
  expect(parseFaultsArguments(args)).toEqual({ kind: 'right', runs: 5, seed: 42, only: 'killed' });
});

test.each([
  [['--runs', '0'], '--runs is "0"'],
  [['--seed', 'x'], '--seed is "x"'],
  [['--nonsense'], '--nonsense'],
])('%o is refused with a sentence', (args, sentence) => {
  const parsed = parseFaultsArguments(args);
  expect(parsed.kind === 'wrong' && parsed.message).toContain(sentence);
});
