import { describe, expect, test } from 'vitest';
import { parseProcessStat } from '../../../src/postmaster/process-stat.ts';

/** As proc_pid_stat(5) has it; the 22nd field is the start time. */
function aStat(command: string, state: string): string {
  return `42 (${command}) ${state} 7 42 42 0 -1 4194560 1209 0 0 0 3 1 0 0 20 0 1 0 987654 226123776 6912 18446744073709551615 1 1 0\n`;
}

describe('parseProcessStat', () => {
  test.each(['postgres', 'my postgres', 'a) S 1 (b', '(sd-pam)', ')', ''])(
    'finds the fields behind the name "%s"',
    (name) => {
      expect(parseProcessStat(aStat(name, 'S'))).toEqual({
        command: name,
        state: 'running',
        parentPid: 7,
        startTicks: 987_654,
      });
    },
  );

  test.each([
    ['R', 'running'],
    ['S', 'running'],
    ['D', 'running'],
    ['I', 'running'],
    ['T', 'frozen'],
    ['t', 'frozen'],
    ['Z', 'defunct'],
    ['X', 'defunct'],
  ])('calls a process in state %s %s', (letter, state) => {
    expect(parseProcessStat(aStat('postgres', letter))?.state).toBe(state);
  });

  test.each(['', '42', '42 (postgres) S 7', '42 postgres S 7 42'])('makes nothing of "%s"', (text) => {
    expect(parseProcessStat(text)).toBeUndefined();
  });
});
