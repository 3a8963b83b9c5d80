import { type ItemKey, itemText } from './database-action.ts';
import type { Remark } from './database-plan.ts';

/** What failed, and when it may be tried again. */
export interface Attempt {
  readonly database: string;
  readonly item: ItemKey;
  /** What was tried and under which circumstances: another wish is another matter and does not wait. */
  readonly wish: string;
  /** In a row. */
  readonly failures: number;
  readonly nextTryMs: number;
  readonly remark: Remark;
}

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

export function attemptKey(database: string, item: ItemKey): string {
  return JSON.stringify([database, itemText(item)]);
}

/** Each failure doubles the pause before the next try. */
export function failedAttempt(
  before: Attempt | undefined,
  failed: Pick<Attempt, 'database' | 'item' | 'wish' | 'remark'>,
  nowMs: number,
): Attempt {
  const failures = before?.wish === failed.wish ? before.failures + 1 : 1;
  const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 10), longestPauseMs);
  return { ...failed, failures, nextTryMs: nowMs + pauseMs };
}
