import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseInitLine } from '../../../src/init/init-line.ts';
import { anyText, often } from '../../support/any-text.ts';

test('any line of the init is one of those that are known, or says nothing', () => {
  const lines = anyText(['exited 12 code 0', 'exited 1 signal 9', 'locked', 'busy', 'unlockable'], ['signal', 'code']);
  fc.assert(
    fc.property(lines, (line) => {
      const parsed = parseInitLine(line);
      if (parsed?.kind === 'exited') expect(Number.isInteger(parsed.pid)).toBe(true);
    }),
    often,
  );
});
