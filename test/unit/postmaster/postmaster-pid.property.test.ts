import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePostmasterPid } from '../../../src/postmaster/postmaster-pid.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  '1234\n/var/lib/postgresql/18/docker\n1700000000\n5432\n/run/postgresql\n*\n  1234567    123456\nready   \n',
  '-7\n/data\n1\n0\n\n\n',
];

test('postmaster.pid of any text names a process, or none', () => {
  fc.assert(
    fc.property(anyText(valid, ['ready', 'stopping', '+1', '1e3', '0x10']), (text) => {
      const { pid = 0, port = 0, startEpochSeconds = 0 } = parsePostmasterPid(text) ?? {};
      expect([pid, port, startEpochSeconds].every(Number.isSafeInteger)).toBe(true);
    }),
    often,
  );
});
