import { describe, expect, test } from 'vitest';
import { isLastWord, type LogLevel, parsePostgresLogLine } from '../../../src/postmaster/postmaster-log.ts';

describe('parsePostgresLogLine', () => {
  test.each<[string, LogLevel, string]>([
    ['2026-01-31 12:00:00.000 UTC [42] LOG:  database system is ready', 'info', 'LOG'],
    ['2026-01-31 12:00:00.000 UTC [42] DEBUG1:  a detail', 'debug', 'DEBUG'],
    ['[42] NOTICE:  x', 'info', 'NOTICE'],
    ['[42] STATEMENT:  SELECT 1', 'info', 'STATEMENT'],
    ['[42] WARNING:  x', 'warn', 'WARNING'],
    ['[42] ERROR:  x', 'error', 'ERROR'],
    ['[42] FATAL:  the database system is starting up', 'error', 'FATAL'],
    ['[42] PANIC:  x', 'error', 'PANIC'],
    ['LOG:  no prefix at all', 'info', 'LOG'],
  ])('%s', (text, level, severity) => {
    expect(parsePostgresLogLine(text)).toEqual({ level, severity, text });
  });

  test('takes the first severity: a message may quote another', () => {
    expect(parsePostgresLogLine('[42] LOG:  said FATAL:  no').severity).toBe('LOG');
  });

  test.each(['a line of its own', 'FATAL: one blank only', 'XFATAL:  no word of its own', ''])(
    'takes "%s" for information',
    (text) => {
      expect(parsePostgresLogLine(text)).toEqual({ level: 'info', severity: undefined, text });
    },
  );

  test('cuts a line of megabytes and says how long it was', () => {
    const { text, level } = parsePostgresLogLine(`[42] ERROR:  ${'x'.repeat(5_000_000)}`);
    expect(level).toBe('error');
    expect(text.length).toBeLessThan(33 * 1024);
    expect(text).toMatch(/x… \(5000013 characters\)$/);
  });

  test('looks for the severity near the beginning only', () => {
    expect(parsePostgresLogLine(`${'x'.repeat(2_000)} FATAL:  x`).severity).toBeUndefined();
  });
});

describe('isLastWord', () => {
  test.each([
    ['a FATAL line', '[42] FATAL:  could not access file "x"', true],
    ['a PANIC line', '[42] PANIC:  could not write', true],
    ['what the server says before it can log', 'postgres: could not access directory "/data"', true],
    ['the same with the path of the program', '/usr/bin/postgres: invalid option', true],
    ['an ERROR line', '[42] ERROR:  x', false],
    ['a line about postgres', 'database postgres: x', false],
  ])('%s: %s → %s', (_, line, expected) => {
    expect(isLastWord(parsePostgresLogLine(line))).toBe(expected);
  });
});
