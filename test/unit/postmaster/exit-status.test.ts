import { expect, test } from 'vitest';
import { describeExitStatus, type ExitStatus, exitStatusCode } from '../../../src/postmaster/exit-status.ts';

test.each<[ExitStatus, number, string]>([
  [{ kind: 'code', code: 0 }, 0, 'exit code 0'],
  [{ kind: 'code', code: 1 }, 1, 'exit code 1'],
  [{ kind: 'unknown' }, 0, 'unknown: it was not our child'],
  [{ kind: 'signal', signal: 'SIGKILL' }, 137, 'signal SIGKILL'],
  [{ kind: 'signal', signal: 'SIGBUS' }, 135, 'signal SIGBUS'],
  [{ kind: 'signal', signal: 'SIGSEGV' }, 139, 'signal SIGSEGV'],
])('%o is %i, as a shell reports it: %s', (status, code, words) => {
  expect(exitStatusCode(status)).toBe(code);
  expect(describeExitStatus(status)).toBe(words);
});
