import { expect, test } from 'vitest';
import { hearLine, type Listening, nothingSaid } from '../../../src/postmaster/last-words.ts';
import { parsePostgresLogLine } from '../../../src/postmaster/postmaster-log.ts';

const accepting: Listening = { postmasterPid: 42, isAccepting: true };
const starting: Listening = { postmasterPid: 42, isAccepting: false };

function hear(listening: Listening, ...lines: readonly string[]): readonly string[] {
  return lines.reduce((words, line) => hearLine(words, parsePostgresLogLine(line), listening), nothingSaid).shown;
}

const at = '2026-01-31 12:00:00.000 UTC';

test('every FATAL of a server that starts may be why it ends', () => {
  const line = `${at} [50] FATAL:  could not open file "pg_wal/1": No such file or directory`;
  expect(hear(starting, line)).toEqual([line]);
});

test("a client's wrong password is not why a server ends", () => {
  expect(hear(accepting, `${at} [50] FATAL:  password authentication failed for user "x"`)).toEqual([]);
});

test('what the postmaster itself says, and every PANIC, counts at any time', () => {
  const lines = [`${at} [42] FATAL:  out of memory`, `${at} [50] PANIC:  could not write to file "pg_wal/x"`];
  expect(hear(accepting, ...lines)).toEqual(lines);
});

test('the FATAL of a process counts once the postmaster says that its end was a bad one', () => {
  const fatal = `${at} [50] FATAL:  recovery aborted because of insufficient parameter settings`;
  const other = `${at} [51] FATAL:  role "x" does not exist`;
  const ended = `${at} [42] LOG:  startup process (PID 50) exited with exit code 1`;
  expect(hear(accepting, fatal, other)).toEqual([]);
  expect(hear(accepting, fatal, other, ended)).toEqual([fatal]);
  expect(hear(accepting, fatal, ended, ended)).toEqual([fatal]);
});

test('without a pid in the prefix nobody can tell, so it is kept', () => {
  expect(hear(accepting, 'FATAL:  something')).toEqual(['FATAL:  something']);
});

test('words of a client cannot stand for those of the postmaster', () => {
  const fatal = `${at} [50] FATAL:  role "[42] x" does not exist`;
  const log = `${at} [51] LOG:  statement: SELECT '(PID 50)'`;
  expect(hear(accepting, fatal, log)).toEqual([]);
});

test('only the newest are kept', () => {
  const lines = Array.from({ length: 8 }, (_, index) => `${at} [42] FATAL:  number ${index}`);
  expect(hear(accepting, ...lines)).toEqual(lines.slice(3));
});

test('a FATAL that only says that there are errors has the line before it that says which', () => {
  const log = `${at} [42] LOG:  syntax error in file "/data/postgresql.conf" line 3, near token "x"`;
  const fatal = `${at} [42] FATAL:  configuration file "/data/postgresql.conf" contains errors`;
  expect(hear(starting, log, fatal)).toEqual([log, fatal]);
});

test('of a port that is taken, the reason and the port are there', () => {
  const log = `${at} [42] LOG:  could not bind IPv4 address "127.0.0.1": Address already in use`;
  const hint = `${at} [42] HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.`;
  const fatal = `${at} [42] FATAL:  could not create any TCP/IP sockets`;
  expect(hear(starting, log, hint, fatal)).toEqual([log, hint, fatal]);
});
