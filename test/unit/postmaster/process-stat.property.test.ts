import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProcessStat } from '../../../src/postmaster/process-stat.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  `1234 (postgres) S 1 1234 1234 0 -1 4194560 1000 0 0 0 1 2 0 0 20 0 1 0 ${'9'.repeat(12)} 200000000 4000 184467440\n`,
  '7 (a) b (c)) Z 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 55 0 0 0\n',
];

test('the state of a process of any text names its parent and its start in numbers, or nothing', () => {
  fc.assert(
    fc.property(anyText(valid, ['(', ')', ') ', 'Z', 'T', 'NaN']), (text) => {
      const { parentPid = 0, startTicks = 0 } = parseProcessStat(text) ?? {};
      expect([parentPid, startTicks].every(Number.isSafeInteger)).toBe(true);
    }),
    often,
  );
});
