import { pino } from 'pino';
import { expect, test } from 'vitest';
import { findingLog } from '../../../src/instance/finding-log.ts';
import type { Finding } from '../../../src/lib/finding.ts';

function logging(): { readonly log: ReturnType<typeof findingLog>; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (text) => void lines.push(JSON.parse(text)) });
  return { log: findingLog(logger), lines };
}

function failures(count: number): readonly Finding[] {
  return Array.from({ length: count }, (_, index) => ({
    severity: 'error',
    reason: 'StatementFailed',
    subject: `database/db${index}`,
    message: 'It failed.',
  }));
}

test('a finding is logged when it comes and when it goes', () => {
  const { log, lines } = logging();
  log(failures(1));
  log(failures(1));
  log([]);
  expect(lines).toEqual([
    { level: 50, reason: 'StatementFailed', subject: 'database/db0', msg: 'It failed.' },
    { level: 30, reason: 'StatementFailed', subject: 'database/db0', was: 'It failed.', msg: 'finding is gone' },
  ]);
});

test('of hundreds at once twenty are logged and the rest is counted, also when they go', () => {
  const { log, lines } = logging();
  log(failures(300));
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toEqual({ level: 50, reason: 'StatementFailed', msg: '280 more findings of this reason' });
  log([]);
  expect(lines).toHaveLength(42);
  expect(lines.at(-1)).toEqual({
    level: 30,
    reason: 'StatementFailed',
    msg: '280 more findings of this reason are gone',
  });
});
