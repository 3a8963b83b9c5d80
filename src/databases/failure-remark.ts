import { describeError } from '../lib/errors.ts';
import { showName } from '../lib/show-name.ts';
import type { DatabaseAction } from './database-action.ts';
import type { Remark } from './database-plan.ts';
import type { DatabasesWish } from './databases-wish.ts';
import type { SqlFailure } from './execute-statement.ts';
import { explainSqlError } from './explain-sql-error.ts';

/** What a statement that failed has to say to the user. */
export function failureRemark(
  { images, preload }: Pick<DatabasesWish, 'images' | 'preload'>,
  database: string,
  action: DatabaseAction,
  failure: SqlFailure,
): Remark {
  const providedBy = new Map(images.flatMap(({ name, provides }) => provides.map((one) => [one, name] as const)));
  const circumstances = { preloadRunning: preload.running, preloadDesired: preload.desired, providedBy };
  return explainSqlError({ database, action, failure, circumstances });
}

/** A database that the manager is not let into. */
export function cannotConnect(database: string, { message, sqlState }: SqlFailure): Remark {
  // Class 28: https://www.postgresql.org/docs/18/errcodes-appendix.html
  const advice = sqlState?.startsWith('28')
    ? ': let the role of --superuser in through pg_hba.conf on the local socket'
    : '';
  return {
    reason: 'CannotConnect',
    message: `The database ${showName(database)} could not be looked into (${sqlState ?? 'no SQLSTATE'}: ${message}); it is tried again${advice}.`,
  };
}

/** An event trigger, say, that undoes what was done. */
export function didNotHelp(database: string): Remark {
  return {
    reason: 'StatementFailed',
    message: `PostgreSQL carried the statements out in the database ${showName(database)}, and it is still not as declared; look for who undoes them.`,
  };
}

/** A mistake of ours as a failure, so that it harms one database only. */
export function unexpected(error: unknown): SqlFailure {
  return { sqlState: undefined, message: describeError(error), detail: undefined, hint: undefined, where: undefined };
}
