import { type AttemptLedger, wishOf } from './attempt-ledger.ts';
import { type ItemKey, itemText } from './database-action.ts';
import type { DatabasePlan, PlannedAction, Remark } from './database-plan.ts';
import type { DatabasesWish } from './databases-wish.ts';
import { isDeclaredOtherwise } from './declared-otherwise.ts';
import type { SqlFailure } from './execute-statement.ts';
import { didNotHelp, failureRemark } from './failure-remark.ts';
import type { Objection } from './hold-back.ts';
import type { ServerCatalog } from './server-catalog.ts';
import { waitingForPromotion } from './unseen-database.ts';

/** What is asked before a statement is carried out for a wish, and who is told when it fails. */
export interface CarryOutRules {
  readonly objection: (database: string, server: Pick<ServerCatalog, 'inRecovery'>) => Objection;
  /** Of a database that was seen to a moment ago: what is not as declared yet is tried again later. */
  readonly afterwards: (database: string) => Objection;
  /** What was said of it when it was tried last; undefined: it did not fail. */
  readonly lastRemark: (database: string, item: ItemKey) => Remark | undefined;
  /** Something else is declared for the database by now. */
  readonly isWithdrawn: (database: string) => boolean;
  readonly failed: (database: string, plan: DatabasePlan, planned: PlannedAction, failure: SqlFailure) => Remark;
}

/** `newest` is the wish that is followed at the moment. */
export function carryOutRules(
  wish: DatabasesWish,
  newest: () => DatabasesWish | undefined,
  ledger: AttemptLedger,
): CarryOutRules {
  return {
    objection: (database, { inRecovery }) =>
      inRecovery ? () => waitingForPromotion(database) : ledger.objection(database, wish.circumstances),
    afterwards: (database) => (item) => ledger.remark(database, item) ?? didNotHelp(database),
    lastRemark: ledger.remark,
    isWithdrawn: (database) => {
      const now = newest();
      return now !== undefined && isDeclaredOtherwise(database, wish, now);
    },
    failed: (database, plan, { item, action }, failure) => {
      const actions = plan.actions
        .filter((planned) => itemText(planned.item) === itemText(item))
        .map((planned) => planned.action);
      const remark = failureRemark(wish, database, action, failure);
      ledger.failed(database, item, wishOf(actions, wish.circumstances), remark);
      return remark;
    },
  };
}
