import { type Attempt, attemptKey, failedAttempt } from './attempts.ts';
import { type ItemKey, itemText } from './database-action.ts';
import type { DatabasePlan, Remark } from './database-plan.ts';
import type { DatabasesReport } from './database-report.ts';
import type { Objection } from './hold-back.ts';

/** What failed in which database, since when it waits, and how often it has failed altogether. */
export interface AttemptLedger {
  /** Holds back what failed a moment ago under the same circumstances. */
  readonly objection: (database: string, circumstances: string) => Objection;
  /** What is said of an item that was tried last; undefined: it did not fail. */
  readonly remark: (database: string, item: ItemKey) => Remark | undefined;
  readonly failed: (database: string, item: ItemKey, wish: string, remark: Remark) => void;
  /** Forgets what did not fail after all, or is not wanted any more. */
  readonly settle: (database: string, kinds: 'database' | 'inside', plan: DatabasePlan) => void;
  /** Forgets databases that are gone. */
  readonly keepOnly: (databases: ReadonlySet<string>) => void;
  /** What is to be tried again now; each is told once. */
  readonly takeDue: () => readonly Pick<Attempt, 'database' | 'item'>[];
  /** Somebody has seen to it: what failed is tried again without waiting. */
  readonly hurry: () => void;
  readonly nextTryMs: () => number | undefined;
  readonly failures: () => DatabasesReport['failures'];
}

export function attemptLedger(now: () => number): AttemptLedger {
  const attempts = new Map<string, Attempt>();
  const told = new Set<string>();
  const counts = new Map<string, DatabasesReport['failures'][number]>();
  const waiting = (): readonly (readonly [string, Attempt])[] => [...attempts].filter(([key]) => !told.has(key));

  return {
    objection: (database, circumstances) => (item, actions) => {
      const attempt = attempts.get(attemptKey(database, item));
      const isSame = attempt?.wish === wishOf(actions, circumstances);
      return isSame && attempt.nextTryMs > now() ? attempt.remark : undefined;
    },
    remark: (database, item) => attempts.get(attemptKey(database, item))?.remark,
    failed: (database, item, wish, remark) => {
      const key = attemptKey(database, item);
      attempts.set(key, failedAttempt(attempts.get(key), { database, item, wish, remark }, now()));
      told.delete(key);
      counts.set(key, { database, item: itemText(item), count: (counts.get(key)?.count ?? 0) + 1 });
    },
    settle: (database, kinds, plan) => {
      const open = new Set(
        plan.items.filter(({ verdict }) => verdict.kind !== 'in-place').map(({ item }) => itemText(item)),
      );
      for (const [key, attempt] of attempts) {
        const isMeant = attempt.database === database && (attempt.item.kind === 'database') === (kinds === 'database');
        if (isMeant && !open.has(itemText(attempt.item))) attempts.delete(key);
      }
    },
    keepOnly: (databases) => {
      for (const [key, { database }] of [...attempts, ...counts]) {
        if (databases.has(database)) continue;
        attempts.delete(key);
        counts.delete(key);
        told.delete(key);
      }
    },
    takeDue: () => {
      const due = waiting().filter(([, { nextTryMs }]) => nextTryMs <= now());
      for (const [key] of due) told.add(key);
      return due.map(([, attempt]) => attempt);
    },
    hurry: () => {
      for (const [key, attempt] of attempts) attempts.set(key, { ...attempt, nextTryMs: now() });
    },
    nextTryMs: () => {
      const times = waiting().map(([, { nextTryMs }]) => nextTryMs);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    failures: () => [...counts.values()],
  };
}

/** The same statements under the same circumstances are the same wish. */
export function wishOf(actions: readonly unknown[], circumstances: string): string {
  return JSON.stringify([actions, circumstances]);
}
