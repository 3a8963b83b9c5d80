import { expect, test } from 'vitest';
import { judgeKeys } from '../../faults/harness/judge-keys.ts';

const ledger = {
  acknowledged: new Set(['kept', 'lost']),
  rolledBack: new Set(['undead']),
  inDoubt: new Set(['perhaps']),
  lostSessions: 0,
};

test('a key that was acknowledged has to be there, one that was rolled back must not, and one in doubt may', () => {
  expect(judgeKeys([ledger], new Set(['kept', 'lost']))).toEqual([]);
  expect(judgeKeys([ledger], new Set(['kept', 'lost', 'perhaps']))).toEqual([]);
  expect(judgeKeys([ledger], new Set(['kept', 'undead', 'stranger']))).toEqual([
    '1 of 2 acknowledged keys are lost, for instance lost',
    '1 keys are there that were rolled back, for instance undead',
    '2 keys are there that nobody has committed, for instance undead, stranger',
  ]);
});
