/** Everything that a scenario leaves to chance comes from here, so that its seed brings the same day again. */
export interface Lots {
  readonly seed: number;
  /** From 0 to below 1. */
  readonly fraction: () => number;
  /** A whole number, both ends included. */
  readonly between: (least: number, most: number) => number;
  readonly pick: <T>(among: readonly [T, ...T[]]) => T;
}

/** Mulberry32: small, and good enough to choose moments. */
export function drawLots(seed: number): Lots {
  const state = { value: seed >>> 0 };

  function fraction(): number {
    state.value = (state.value + 0x6d2b79f5) >>> 0;
    let mixed = state.value;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  return {
    seed,
    fraction,
    between: (least, most) => least + Math.floor(fraction() * (most - least + 1)),
    pick: (among) => among[Math.floor(fraction() * among.length)] ?? among[0],
  };
}

/** One seed for all becomes one for each scenario and run: the same wherever and in whatever order it runs. */
export function seedOf(seedOfAll: number, name: string, run: number): number {
  let hash = (2166136261 ^ seedOfAll) >>> 0;
  for (const character of `${name}#${run}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  }
  return hash;
}
