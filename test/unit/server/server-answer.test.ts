import { describe, expect, test } from 'vitest';
import { answerFromError, isBrokenSession, type ServerAnswer } from '../../../src/server/server-answer.ts';

type Kind = Exclude<ServerAnswer['kind'], 'accepting'>;

describe('answerFromError', () => {
  test.each<[string, string, Kind]>([
    ['57P03', 'the database system is starting up', 'rejecting'],
    ['53300', 'sorry, too many clients already', 'full'],
    ['28P01', 'password authentication failed', 'refused-login'],
    ['28000', 'no pg_hba.conf entry', 'refused-login'],
    ['3D000', 'database "template1" does not exist', 'refused-login'],
    ['42501', 'permission denied for database', 'refused-login'],
    ['53200', 'out of memory', 'refused-login'],
    ['57014', 'canceling statement due to statement timeout', 'refused-login'],
    ['58P01', 'could not load library', 'refused-login'],
    ['F0000', 'configuration file error', 'refused-login'],
    ['P0001', 'raised by a login trigger', 'refused-login'],
    ['XX000', 'internal error', 'refused-login'],
    ['57P01', 'terminating connection due to administrator command', 'silent'],
    ['57P02', 'terminating connection because of crash of another server process', 'silent'],
    ['57P05', 'terminating connection due to idle-session timeout', 'silent'],
    ['08006', 'connection failure', 'silent'],
    ['ECONNREFUSED', 'connect ECONNREFUSED', 'silent'],
    ['ECONNRESET', 'read ECONNRESET', 'silent'],
    ['ENOENT', 'connect ENOENT /run/.s.PGSQL.5432', 'silent'],
    ['EPIPE', 'write EPIPE', 'silent'],
    ['EACCES', 'connect EACCES', 'silent'],
  ])('%s (%s) is %s', (code, message, kind) => {
    expect(answerFromError(code, message)).toMatchObject({ kind });
  });

  test('keeps the words of the server, and the SQLSTATE of a login that it refused', () => {
    expect(answerFromError('28000', 'no entry')).toEqual({
      kind: 'refused-login',
      sqlState: '28000',
      message: 'no entry',
    });
    expect(answerFromError('53300', 'too many')).toEqual({ kind: 'full', message: 'too many' });
  });

  test('takes a password that is asked for and not there for a refused login', () => {
    const message = 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string';
    expect(answerFromError(undefined, message)).toMatchObject({ kind: 'refused-login', sqlState: '28P01' });
  });

  test.each(['timeout expired', 'Query read timeout', 'Connection terminated unexpectedly'])(
    'hears nothing in an error without a code: %s',
    (message) => {
      expect(answerFromError(undefined, message)).toEqual({ kind: 'silent', message });
    },
  );
});

test.each<[string | undefined, string, boolean]>([
  ['57P01', 'terminating connection due to administrator command', true],
  ['ECONNRESET', 'read ECONNRESET', true],
  ['EPIPE', 'write EPIPE', true],
  [undefined, 'Connection terminated unexpectedly', true],
  ['57P03', 'the database system is shutting down', false],
  ['ECONNREFUSED', 'connect ECONNREFUSED', false],
  [undefined, 'Query read timeout', false],
])('a session is broken, and another one may do, after %s (%s): %s', (code, message, isBroken) => {
  expect(isBrokenSession(code, message)).toBe(isBroken);
});
