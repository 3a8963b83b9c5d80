/** Before the samples that count. */
const warmUps = 3;

/** Takes a sample of each in turns, so that a machine that drifts drifts under all; one list for each. */
export async function inTurns(
  runs: number,
  takes: readonly ((round: number) => Promise<number>)[],
): Promise<readonly (readonly number[])[]> {
  const samples = takes.map((): number[] => []);
  for (let round = 0; round < warmUps + runs; round += 1) {
    for (const [index, take] of takes.entries()) {
      const sample = await take(round);
      if (round >= warmUps) samples[index]?.push(sample);
    }
  }
  return samples;
}
