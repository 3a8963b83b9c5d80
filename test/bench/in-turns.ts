/** Before the samples that count. */
const warmUps = 3;

/**
 * Takes a sample of each in turns, so that a machine that drifts drifts under all; one list for each. `order` gives the
 * indexes of a round, all of them: where one leaves the machine in a state that the next one feels, it should change.
 */
export async function inTurns<T>(
  runs: number,
  takes: readonly ((round: number) => Promise<T>)[],
  order: (round: number) => Iterable<number> = () => takes.keys(),
): Promise<readonly (readonly T[])[]> {
  const samples = takes.map((): T[] => []);
  for (let round = 0; round < warmUps + runs; round += 1) {
    for (const index of order(round)) {
      const sample = await takes[index]?.(round);
      if (sample !== undefined && round >= warmUps) samples[index]?.push(sample);
    }
  }
  return samples;
}
