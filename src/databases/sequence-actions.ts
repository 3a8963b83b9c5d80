import type { ItemKey } from './database-action.ts';
import type { PlannedAction } from './database-plan.ts';
import type { Decision } from './decide-extensions.ts';
import { allRequired, orderExtensions, type RequiresOf } from './order-extensions.ts';

/** Updates, drops, moves, creations; what others need is updated and created before them, and dropped after them. */
export function sequenceActions(decisions: readonly Decision[], requiresOf: RequiresOf): readonly PlannedAction[] {
  return [
    ...updates(decisions, requiresOf),
    ...drops(decisions, requiresOf),
    ...moves(decisions),
    ...creations(decisions),
  ];
}

function updates(decisions: readonly Decision[], requiresOf: RequiresOf): readonly PlannedAction[] {
  const versions = new Map<string, string>();
  for (const decision of decisions) {
    if (decision.kind !== 'change' || decision.change.update === undefined) continue;
    versions.set(decision.declared.name, decision.change.update);
  }
  return inOrder(versions, requiresOf).map(([extension, version]) => ({
    item: itemOf(extension),
    action: { kind: 'update-extension', extension, version },
    after: othersAmong(versions, extension, requiresOf),
  }));
}

function drops(decisions: readonly Decision[], requiresOf: RequiresOf): readonly PlannedAction[] {
  const cascades = new Map<string, boolean>();
  for (const { kind, declared } of decisions) if (kind === 'drop') cascades.set(declared.name, declared.cascade);
  const required = new Map([...cascades.keys()].map((name) => [name, allRequired(name, requiresOf)]));
  const ordered = inOrder(cascades, requiresOf).toReversed();
  return ordered.map(([extension, cascade], index) => ({
    item: itemOf(extension),
    action: { kind: 'drop-extension', extension, cascade },
    after: ordered
      .slice(0, index)
      .filter(([earlier]) => required.get(earlier)?.has(extension))
      .map(([earlier]) => itemOf(earlier)),
  }));
}

function moves(decisions: readonly Decision[]): readonly PlannedAction[] {
  return decisions.flatMap((decision): readonly PlannedAction[] => {
    if (decision.kind !== 'change' || decision.change.move === undefined) return [];
    const { schema, after } = decision.change.move;
    const extension = decision.declared.name;
    return [{ item: itemOf(extension), action: { kind: 'move-extension', extension, schema }, after }];
  });
}

function creations(decisions: readonly Decision[]): readonly PlannedAction[] {
  const created = new Map<string, Extract<Decision, { kind: 'create' }>>();
  for (const decision of decisions) if (decision.kind === 'create') created.set(decision.declared.name, decision);
  // What CASCADE brings along is no declared need, and yet comes first.
  const comesAfter: RequiresOf = (name) =>
    (created.get(name)?.creation.after ?? []).filter(({ kind }) => kind === 'extension').map((item) => item.name);
  return inOrder(created, comesAfter).map(([extension, { declared, creation }]) => {
    const { version, cascade } = declared;
    const { schema, after } = creation;
    return {
      item: itemOf(extension),
      action: { kind: 'create-extension', extension, version, schema, cascade },
      after,
    };
  });
}

/** In a circle everything would wait for everything, itself included: there the order has to do. */
function othersAmong(
  names: ReadonlyMap<string, unknown>,
  extension: string,
  requiresOf: RequiresOf,
): readonly ItemKey[] {
  const required = allRequired(extension, requiresOf);
  return required.has(extension) ? [] : [...names.keys()].filter((name) => required.has(name)).map(itemOf);
}

function inOrder<T>(byName: ReadonlyMap<string, T>, requiresOf: RequiresOf): readonly (readonly [string, T])[] {
  const position = new Map(orderExtensions([...byName.keys()], requiresOf).map((name, index) => [name, index]));
  return [...byName].toSorted(([a], [b]) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
}

function itemOf(name: string): ItemKey {
  return { kind: 'extension', name };
}
