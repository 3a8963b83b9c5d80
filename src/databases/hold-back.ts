import { showName } from '../lib/show-name.ts';
import type { DatabaseAction, ItemKey } from './database-action.ts';
import { itemText } from './database-action.ts';
import type { DatabasePlan, PlannedItem, Remark } from './database-plan.ts';

/** Why what is due for an item must not be done now; undefined: go on. */
export type Objection = (item: ItemKey, actions: readonly DatabaseAction[]) => Remark | undefined;

/** The plan without what must not be done now, and without what needs that. */
export function holdBack(plan: DatabasePlan, objection: Objection): DatabasePlan {
  const held = new Map<string, Remark>();
  const actionsOf = Map.groupBy(plan.actions, ({ item }) => itemText(item));
  for (const { item, verdict } of plan.items) {
    if (verdict.kind !== 'due') continue;
    const actions = actionsOf.get(itemText(item)) ?? [];
    const remark = objection(
      item,
      actions.map(({ action }) => action),
    );
    if (remark !== undefined) held.set(itemText(item), remark);
  }
  // In the order of the plan, so that what was held back a moment ago holds back what comes after it.
  for (const { item, after } of plan.actions) {
    const cause = after.find((other) => held.has(itemText(other)));
    if (cause !== undefined && !held.has(itemText(item))) held.set(itemText(item), waitsFor(item, cause));
  }
  return {
    items: plan.items.map((planned) => heldItem(planned, held)),
    actions: plan.actions.filter(({ item }) => !held.has(itemText(item))),
  };
}

/** What an item that was not tried has to say, because something that it needs failed. */
function waitsFor(item: ItemKey, cause: ItemKey): Remark {
  return {
    reason: 'DependencyMissing',
    message: `The ${item.kind} ${showName(item.name)} waits for the ${cause.kind} ${showName(cause.name)}, which is not as declared yet.`,
  };
}

function heldItem(planned: PlannedItem, held: ReadonlyMap<string, Remark>): PlannedItem {
  const remark = held.get(itemText(planned.item));
  return remark === undefined ? planned : { item: planned.item, verdict: { kind: 'blocked', remark } };
}
