import { expect, test } from 'vitest';
import { parsePostmasterPid } from '../../../src/postmaster/postmaster-pid.ts';
import { addressFromPostmasterPid } from '../../../src/server/server-address.ts';

/** The address of a server whose lock file has these lines behind the start time. */
function addressOf(...lines: readonly string[]) {
  const pid = parsePostmasterPid(`${['4711', '/data', '1769860800', ...lines].join('\n')}\n`);
  if (pid === undefined) throw new Error('not a lock file');
  return addressFromPostmasterPid(pid);
}

test('is the socket folder where there is one', () => {
  expect(addressOf('5432', '/run/postgresql', '*')).toEqual({ host: '/run/postgresql', port: 5432 });
  expect(addressOf('5432', '/run/postgresql', '')).toEqual({ host: '/run/postgresql', port: 5432 });
});

test('is the address that is listened on where there is no socket', () => {
  expect(addressOf('5432', '', '10.0.0.1')).toEqual({ host: '10.0.0.1', port: 5432 });
});

test.each(['*', '0.0.0.0', '::'])('is localhost for %s, to which nobody can connect', (everywhere) => {
  expect(addressOf('5432', '', everywhere)).toEqual({ host: 'localhost', port: 5432 });
});

test('is not known before the server has written it down', () => {
  expect(addressOf()).toBeUndefined();
  expect(addressOf('5432')).toBeUndefined();
  expect(addressOf('5432', '/run/postgresql')).toBeUndefined();
});

test('is none for a server that listens nowhere', () => {
  expect(addressOf('5432', '', '')).toBeUndefined();
});
