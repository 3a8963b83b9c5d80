/** Goes through all orders of so many things, round by round, so that each of them comes after each other one. */
export function everyOrder(count: number): (round: number) => readonly number[] {
  const orders = permutations(Array.from({ length: count }, (_, index) => index));
  return (round) => orders[round % orders.length] ?? [];
}

function permutations(indexes: readonly number[]): readonly (readonly number[])[] {
  if (indexes.length < 2) return [indexes];
  return indexes.flatMap((first) =>
    permutations(indexes.filter((index) => index !== first)).map((rest) => [first, ...rest]),
  );
}
