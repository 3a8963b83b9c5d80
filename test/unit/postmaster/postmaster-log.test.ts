import { describe, expect, test } from 'vitest';
import {
  crashOfChild,
  isAboutDisk,
  isAboutFiles,
  isLastWord,
  type LogLevel,
  parsePostgresLogLine,
} from '../../../src/postmaster/postmaster-log.ts';

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

test('a server says in LOG lines what it does not like about its files', () => {
  const isOne = (line: string): boolean => isAboutFiles(parsePostgresLogLine(line));
  expect(isOne('[42] LOG:  could not open configuration file "/data/gone.conf": No such file or directory')).toBe(true);
  expect(isOne('[42] LOG:  syntax error in file "/data/x.conf" line 2, near token "x"')).toBe(true);
  expect(isOne('[42] LOG:  database system is ready to accept connections')).toBe(false);
  expect(isOne('[42] ERROR:  invalid value for parameter "work_mem": "x"')).toBe(false);
});

test('a disk that cannot be written to is known by what the system calls it', () => {
  expect(isAboutDisk(parsePostgresLogLine('[42] ERROR:  could not extend file: No space left on device'))).toBe(true);
  expect(isAboutDisk(parsePostgresLogLine('could not write to log file: No space left on device'))).toBe(true);
  expect(isAboutDisk(parsePostgresLogLine('[42] LOG:  checkpoint complete'))).toBe(false);
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

describe('a process that has crashed', () => {
  test.each([
    ['client backend (PID 42) was terminated by signal 9: Killed', true],
    ['checkpointer process (PID 42) exited with exit code 2', true],
    ['terminating any other active server processes', false],
  ])('%s: %s', (words, isOne) => {
    const line = parsePostgresLogLine(`2026-01-31 12:00:00.000 UTC [7] LOG:  ${words}`);
    expect(crashOfChild(line)).toBe(isOne ? words : undefined);
  });
});

test('a lock file that was taken away is the reason of an end, although it is said as a LOG line', () => {
  const text = '[7] LOG:  performing immediate shutdown because data directory lock file is invalid';
  expect(isLastWord(parsePostgresLogLine(text))).toBe(true);
});
