import { describe, expect, test } from 'vitest';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import type { SqlFailure } from '../../../src/databases/execute-statement.ts';
import { cannotConnect, failureRemark, unexpected } from '../../../src/databases/failure-remark.ts';
import { aDatabasesWish } from '../../support/a-database.ts';

const create: DatabaseAction = {
  kind: 'create-extension',
  extension: 'pgrouting',
  version: undefined,
  schema: undefined,
  cascade: false,
};

function aFailure(sqlState: string | undefined, message: string, changes: Partial<SqlFailure> = {}): SqlFailure {
  return { sqlState, message, detail: undefined, hint: undefined, where: undefined, ...changes };
}

describe('a statement that failed', () => {
  test('says what, where, and what to do', () => {
    const { reason, message } = failureRemark(
      aDatabasesWish(),
      'app',
      create,
      aFailure('55P03', 'canceling statement due to lock timeout'),
    );
    expect(reason).toBe('WaitingForLock');
    expect(message).toContain('pgrouting');
    expect(message).toContain('app');
  });

  test('knows what is preloaded', () => {
    const failure = aFailure('22023', 'preloader must be loaded via shared_preload_libraries');
    const messageWith = (running: readonly string[], desired: readonly string[]) =>
      failureRemark(
        aDatabasesWish({ preload: { running, desired, named: desired } }),
        'app',
        { ...create, extension: 'preloader' },
        failure,
      );
    const neither = messageWith([], []);
    expect(neither.reason).toBe('PreloadRequired');
    expect(messageWith([], ['preloader']).message).not.toBe(neither.message);
  });

  test('without a state of the server is told in its own words', () => {
    const { reason, message } = failureRemark(aDatabasesWish(), 'app', create, unexpected(new Error('out of cheese')));
    expect(reason).toBe('StatementFailed');
    expect(message).toContain('out of cheese');
  });
});

describe('a database that lets nobody in', () => {
  test('is told by name, with what the server said', () => {
    const { reason, message } = cannotConnect('my app', aFailure('28000', 'no pg_hba.conf entry for host "[local]"'));
    expect(reason).toBe('CannotConnect');
    expect(message).toBe(
      'The database "my app" could not be looked into (28000: no pg_hba.conf entry for host "[local]"); it is tried again: let the role of --superuser in through pg_hba.conf on the local socket.',
    );
  });

  test('is told also when it was not the server who said something', () => {
    expect(cannotConnect('app', unexpected('torn')).message).toContain('(no SQLSTATE: torn)');
  });
});
