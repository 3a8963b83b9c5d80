import fc from 'fast-check';
import { expect, test } from 'vitest';
import { postgresWords } from '../../../src/cli/postgres-words.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  '-c',
  'work_mem=1MB',
  '--work-mem=1MB',
  '-N10',
  '-eF',
  '-d',
  '3',
  '-p5432',
  '-fs',
  '-tpl',
  '-D',
  '--',
  '-',
];

test('any words after postgres are parameters, or refused in a sentence', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...valid), anyText(valid)), { maxLength: 6 }), (given) => {
      const taken = postgresWords(given);
      if ('refused' in taken) {
        expect(taken.refused).toMatch(/^error: .+\.$/s);
        return;
      }
      for (const [index, word] of taken.words.entries())
        expect(index % 2 === 0 ? word === '-c' : word.includes('=')).toBe(true);
    }),
    often,
  );
});
