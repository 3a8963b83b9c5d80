import type { DatabaseAction, ItemKey } from './database-action.ts';
import type { DatabasePlan, Verdict } from './database-plan.ts';

/** The plan for one item: due when there is something to do, else in place, unless something speaks against it. */
export function plannedItem(
  item: ItemKey,
  actions: readonly DatabaseAction[],
  refused?: Verdict,
  after: readonly ItemKey[] = [],
): DatabasePlan {
  if (refused !== undefined) return { items: [{ item, verdict: refused }], actions: [] };
  const verdict: Verdict = actions.length > 0 ? { kind: 'due' } : { kind: 'in-place', remark: undefined };
  return { items: [{ item, verdict }], actions: actions.map((action) => ({ item, action, after })) };
}

/** Plans one after the other, as they are. */
export function joinItems(plans: readonly DatabasePlan[]): DatabasePlan {
  return { items: plans.flatMap(({ items }) => items), actions: plans.flatMap(({ actions }) => actions) };
}
