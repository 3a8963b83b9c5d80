/**
 * Puts what is held back at its place among what is configured: behind its nearest predecessor in the order that was
 * applied, else in front. What is configured keeps the order of the configuration. So a list from which nothing really
 * left stays as it is: LD_LIBRARY_PATH in another order would ask for a restart.
 */
export function keepOrder<T>(
  configured: readonly T[],
  held: readonly T[],
  appliedOrder: readonly string[],
  nameOf: (one: T) => string,
): readonly T[] {
  const rank = new Map(appliedOrder.map((name, index) => [name, index]));
  const rankOf = (one: T): number => rank.get(nameOf(one)) ?? appliedOrder.length;
  const kept = [...configured];
  for (const one of held.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    kept.splice(indexBehindPredecessor(kept.map(rankOf), rankOf(one), appliedOrder.length), 0, one);
  }
  return kept;
}

/** What was never applied has the rank `none` and is nobody's predecessor. */
function indexBehindPredecessor(ranks: readonly number[], rank: number, none: number): number {
  const predecessor = Math.max(-1, ...ranks.filter((other) => other <= rank && other < none));
  return predecessor < 0 ? 0 : ranks.lastIndexOf(predecessor) + 1;
}
