import type { ExtensionDeclaration } from '../configuration/database-declaration.ts';
import { showName } from '../lib/show-name.ts';
import type { Remark } from './database-plan.ts';
import { extensionIn, listNames } from './extension-words.ts';
import { allRequired, type RequiresOf } from './order-extensions.ts';
import type { ExtensionInputs } from './plan-extensions.ts';

/**
 * Refuses to drop what another one needs that is declared present: with CASCADE it would be dropped as well.
 * What nobody has declared is left to PostgreSQL, which knows all that depends on it.
 */
export function checkDrop(
  { name }: ExtensionDeclaration,
  { declaration, catalog, database }: ExtensionInputs,
  requiresOf: RequiresOf,
): Remark | undefined {
  const dependents = (declaration?.extensions ?? [])
    .filter(({ ensure, name: other }) => ensure === 'present' && other !== name && catalog.extensions.has(other))
    .filter((other) => allRequired(other.name, requiresOf).has(name))
    .map((other) => other.name);
  if (dependents.length === 0) return undefined;
  const what = `${extensionIn(name, database)} is declared with ensure: absent, but ${listNames(dependents)}`;
  const verb = dependents.length === 1 ? 'requires it and is' : 'require it and are';
  const toDo = `keep ${showName(name)}, or declare ${dependents.length === 1 ? 'the other' : 'the others'} absent too`;
  return { reason: 'DependentsExist', message: `${what} ${verb} declared present: ${toDo}.` };
}
