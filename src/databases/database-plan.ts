import type { ItemReason } from '../lib/finding.ts';
import type { DatabaseAction, ItemKey } from './database-action.ts';

/** What becomes of one declared thing. */
export type Verdict =
  /** As declared; a remark is worth knowing all the same (UpdateAvailable). */
  | { readonly kind: 'in-place'; readonly remark: Remark | undefined }
  /** The actions for it are in the plan. */
  | { readonly kind: 'due' }
  /** Not without something that the user does, or not yet. */
  | { readonly kind: 'blocked'; readonly remark: Remark };

export interface Remark {
  readonly reason: ItemReason;
  /** One sentence: what, where, found, expected, what to do. */
  readonly message: string;
}

export interface PlannedItem {
  readonly item: ItemKey;
  readonly verdict: Verdict;
}

export interface PlannedAction {
  readonly item: ItemKey;
  readonly action: DatabaseAction;
  /** When the action of one of these failed in this run, this one is not tried. */
  readonly after: readonly ItemKey[];
}

/** `actions` in the order in which they are to be carried out. */
export interface DatabasePlan {
  readonly items: readonly PlannedItem[];
  readonly actions: readonly PlannedAction[];
}

export const nothingPlanned: DatabasePlan = { items: [], actions: [] };
