import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLastWord, parsePostgresLogLine } from '../../../src/postmaster/postmaster-log.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  '2026-01-01 00:00:00.000 UTC [1] FATAL:  the database system is starting up',
  '2026-01-01 00:00:00.000 UTC [7] app@app LOG:  statement: SELECT 1',
  'postgres: could not find the database system',
  `[1] DEBUG2:  ${'x'.repeat(40_000)}`,
];

test('any line has a level, and what is told of it is short', () => {
  fc.assert(
    fc.property(anyText(valid, ['FATAL:  ', 'PANIC:  ', 'LOG: ', 'DEBUG5:  ', 'postgres: ']), (line) => {
      const parsed = parsePostgresLogLine(line);
      expect(['debug', 'info', 'warn', 'error']).toContain(parsed.level);
      expect(parsed.text.length).toBeLessThan(33_000);
      expect(typeof isLastWord(parsed)).toBe('boolean');
    }),
    often,
  );
});
