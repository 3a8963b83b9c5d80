import type { Client } from 'pg';
import { describeError, errorCode } from '../lib/errors.ts';

/** What the server said, as far as it did: https://www.postgresql.org/docs/18/protocol-error-fields.html */
export interface SqlFailure {
  /** Undefined: not the server speaks; the session broke. */
  readonly sqlState: string | undefined;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** The context: `extension script file "x--1.0.sql", near line 7`. */
  readonly where: string | undefined;
}

export type Executed =
  | { readonly kind: 'done' }
  /** The statement did not work. The session can have ended with it. */
  | { readonly kind: 'failed'; readonly failure: SqlFailure }
  /** The session was ended or broke; the statement has no part in it, as far as one can tell. */
  | { readonly kind: 'broken'; readonly failure: SqlFailure };

/** Executes one statement outside of any transaction. Never throws. */
export async function executeStatement(client: Client, sql: string): Promise<Executed> {
  try {
    await client.query(sql);
    return { kind: 'done' };
  } catch (error) {
    const failure = sqlFailure(error);
    return { kind: isSessionGone(failure) ? 'broken' : 'failed', failure };
  }
}

/** An extension's script can raise a message of any length, which several patterns are then held against. */
const longestMessage = 4096;

/** What node-postgres throws, as a value. */
export function sqlFailure(error: unknown): SqlFailure {
  const code = errorCode(error);
  return {
    // Node's own codes are words: ECONNRESET, EPIPE.
    sqlState: code !== undefined && /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE' ? code : undefined,
    message: describeError(error).slice(0, longestMessage),
    detail: textOf(error, 'detail'),
    hint: textOf(error, 'hint'),
    where: textOf(error, 'where'),
  };
}

/**
 * 57P01 to 57P03: a shutdown, a crash of another session, pg_terminate_backend. Class 08: the connection broke.
 * Any other FATAL is about the statement: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function isSessionGone({ sqlState }: SqlFailure): boolean {
  return sqlState === undefined || /^(08...|57P0[1-3])$/.test(sqlState);
}

function textOf(error: unknown, field: 'detail' | 'hint' | 'where'): string | undefined {
  if (!(error instanceof Error) || !(field in error)) return undefined;
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
