import { isDeepStrictEqual } from 'node:util';
import type { DatabaseDeclaration } from '../configuration/database-declaration.ts';
import type { DatabasesWish } from './databases-wish.ts';

/** Statements of a plan can take minutes: what is not declared like that any more must not be dropped afterwards. */
export function isDeclaredOtherwise(database: string, planned: DatabasesWish, now: DatabasesWish): boolean {
  if (planned === now) return false;
  return !isDeepStrictEqual(declarationOf(database, now), declarationOf(database, planned));
}

export function declarationOf(database: string, { declarations }: DatabasesWish): DatabaseDeclaration | undefined {
  return declarations.find(({ name }) => name === database);
}
