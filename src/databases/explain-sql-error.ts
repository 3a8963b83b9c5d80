import { showName } from '../lib/show-name.ts';
import type { Remark } from './database-plan.ts';
import { explainLibraryError } from './explain-library-error.ts';
import { explainObjectError } from './explain-object-error.ts';
import { failedAction } from './failed-action.ts';
import { type Explanation, type FailedStatement, oneLine, scriptOf, wordsOfServer } from './failed-statement.ts';

/** What the user has to change so that a statement works; the words of the server where nothing better is known. */
export function explainSqlError(failed: FailedStatement): Remark {
  const { reason, message } =
    explainLibraryError(failed) ?? explainObjectError(failed) ?? explainState(failed) ?? inWordsOfServer(failed);
  return { reason, message: `${failedAction(failed.action, failed.database)}: ${message}.` };
}

/** What a state of the server says, whatever the statement: https://www.postgresql.org/docs/18/errcodes-appendix.html */
function explainState({ action, database, failure }: FailedStatement): Explanation | undefined {
  const because = `(${wordsOfServer(failure)})`;
  switch (failure.sqlState) {
    case '55P03':
    case '40P01':
    case '40001':
      return {
        reason: 'WaitingForLock',
        message: `another session holds a lock on what is to be changed; it is tried again by itself, so end the transaction that pg_locks shows if it lasts`,
      };
    case '55006':
      return explainInUse(failure);
    case '3D000':
      if (action.kind === 'create-database') {
        const template = showName(action.creation.template ?? 'template1');
        return {
          reason: 'DatabaseMissing',
          message: `there is no database ${template}, which is to be its template ${because}; make that one, or name another template`,
        };
      }
      return { reason: 'DatabaseMissing', message: `there is no such database any more ${because}; it is tried again` };
    case '25006':
      return {
        reason: 'WaitingForPromotion',
        message: `the server takes no changes now ${because}; it is tried again after promotion`,
      };
    case '53300':
      return {
        reason: 'CannotConnect',
        message: `no connection is free, not even one of superuser_reserved_connections ${because}; it is tried again by itself, so end sessions or raise max_connections`,
      };
    case '28000':
    case '28P01':
      return {
        reason: 'CannotConnect',
        message: `the manager is not let in ${because}; let the role of --superuser into the database ${showName(database)} through pg_hba.conf on the local socket`,
      };
    case '42501':
      if (failure.hint?.includes('owner of a foreign-data wrapper must be a superuser') === true) {
        return {
          reason: 'StatementFailed',
          message: 'the owner of a foreign data wrapper must be a superuser, and this role is none; name another owner',
        };
      }
      return {
        reason: 'StatementFailed',
        message: `the manager is not allowed to ${because}; let it log in as a superuser (--superuser)`,
      };
    case '53100':
    case '53200':
      return {
        reason: 'StatementFailed',
        message: `the server has run out of ${failure.sqlState === '53100' ? 'disk space' : 'memory'} ${because}; make room, it is tried again by itself`,
      };
    case '57014':
      return {
        reason: 'StatementFailed',
        message: `somebody has cancelled it ${because}; it is tried again by itself`,
      };
    default:
      return failure.sqlState === undefined || /^(08|57P)/.test(failure.sqlState)
        ? { reason: 'StatementFailed', message: `the session broke ${because}; it is tried again by itself` }
        : undefined;
  }
}

function explainInUse(failure: FailedStatement['failure']): Explanation {
  const because = `(${wordsOfServer(failure)})`;
  const template = failure.message.match(/^source database "(.*)" is being accessed/)?.[1];
  const message =
    template === undefined
      ? `it is in use ${because}; ${howToFree(failure.message)}`
      : `its template ${showName(template)} is in use ${because}; end the sessions in ${showName(template)}, it is tried again by itself`;
  return { reason: 'DatabaseInUse', message };
}

function howToFree(message: string): string {
  if (message.includes('replication slot')) return 'drop its replication slots, it is tried again by itself';
  if (message.includes('subscription')) return 'drop its subscriptions, it is tried again by itself';
  return 'end the sessions in it, it is tried again by itself';
}

function inWordsOfServer({ action, failure }: FailedStatement): Explanation {
  const hint = failure.hint === undefined ? '' : ` (${oneLine(failure.hint, 200)})`;
  const script = scriptOf(failure);
  const isScript = script !== undefined && 'extension' in action;
  const toDo = isScript
    ? 'what it did is rolled back; mend the cause, or mount an image whose script works here'
    : 'mend the cause, it is tried again by itself';
  return {
    reason: 'StatementFailed',
    message: `PostgreSQL says ${wordsOfServer(failure)}${isScript ? ` in the ${script}` : ''}${hint}; ${toDo}`,
  };
}
