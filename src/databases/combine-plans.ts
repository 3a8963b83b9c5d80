import type { DatabaseAction } from './database-action.ts';
import type { DatabasePlan } from './database-plan.ts';

/**
 * The plans for the parts of one database as one. What is dropped goes from the outside in, what is made from the inside
 * out, and updates come before all else: until its extension is updated, timescaledb lets no other statement through.
 */
export function combinePlans(plans: readonly DatabasePlan[]): DatabasePlan {
  const actions = plans.flatMap((plan) => plan.actions).toSorted((a, b) => rank[a.action.kind] - rank[b.action.kind]);
  // An extension may bring the wrappers along that are declared beside it; whether it did is seen at the next look.
  const isFirstExtensions = actions.some(({ action }) => makesObjects.has(action.kind));
  return {
    items: plans.flatMap(({ items }) => items),
    actions: isFirstExtensions ? actions.filter(({ action }) => rank[action.kind] < rank['create-fdw']) : actions,
  };
}

const makesObjects: ReadonlySet<DatabaseAction['kind']> = new Set(['create-extension', 'update-extension']);

const rank = {
  'create-role': 0,
  'create-database': 0,
  'alter-database-owner': 0,
  'alter-database-property': 0,
  'drop-database': 0,
  'update-extension': 1,
  'drop-server': 2,
  'drop-fdw': 3,
  'drop-extension': 4,
  'create-schema': 5,
  'alter-schema-owner': 5,
  'move-extension': 6,
  // What moves out of it is gone from it by now.
  'drop-schema': 7,
  'create-extension': 8,
  'create-fdw': 9,
  'alter-fdw-functions': 9,
  'alter-fdw-owner': 9,
  'alter-fdw-options': 9,
  'create-server': 10,
  'alter-server-options': 10,
  'change-usage': 11,
} as const satisfies Record<DatabaseAction['kind'], number>;
