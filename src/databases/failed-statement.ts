import type { DatabaseAction } from './database-action.ts';
import type { Remark } from './database-plan.ts';
import type { SqlFailure } from './execute-statement.ts';

/** A statement that failed, and what is to be known to tell why. */
export interface FailedStatement {
  readonly database: string;
  readonly action: DatabaseAction;
  readonly failure: SqlFailure;
  readonly circumstances: FailureCircumstances;
}

export interface FailureCircumstances {
  /** shared_preload_libraries as the postmaster has it, and as it will have it after a restart. */
  readonly preloadRunning: readonly string[];
  readonly preloadDesired: readonly string[];
  /** Image by extension. */
  readonly providedBy: ReadonlyMap<string, string>;
}

/** `message`: the second half of the sentence: why, and what to do. */
export type Explanation = Remark;

/** Message, detail and SQLSTATE on one line. */
export function wordsOfServer({ sqlState, message, detail }: SqlFailure): string {
  const details = detail === undefined ? '' : `: ${oneLine(detail, 300)}`;
  return `"${oneLine(message, 300)}${details}"${sqlState === undefined ? '' : `, SQLSTATE ${sqlState}`}`;
}

/** The extension that the statement is about, if it is about one. */
export function extensionOf(action: DatabaseAction): string | undefined {
  return 'extension' in action ? action.extension : undefined;
}

/** `extension script file "x--1.0--1.1.sql", near line 7`, when it happened in one. */
export function scriptOf({ where }: SqlFailure): string | undefined {
  return where?.match(/extension script file "[^"\n]*"(, near line \d+)?/)?.[0];
}

/** Text of others in a sentence of ours: PostgreSQL writes whole chapters into hints. */
export function oneLine(text: string, mostCharacters: number): string {
  const line = text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line;
}
