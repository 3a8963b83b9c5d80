import type { Contender } from './contender.ts';

interface Samples {
  readonly what: string;
  readonly samples: readonly number[];
}

interface SamplesByContender {
  readonly samples: readonly number[];
  readonly beside: Samples | undefined;
  readonly peer: Samples | undefined;
}

/** The samples of each, as a line of the table takes them. `bare`: what stands there for the one without the manager. */
export function byContender(
  contenders: readonly Pick<Contender, 'name'>[],
  samples: readonly (readonly number[])[],
  bare = 'bare',
): SamplesByContender {
  const of = (wanted: Contender['name']): readonly number[] | undefined =>
    samples[contenders.findIndex(({ name }) => name === wanted)];
  const named = (what: string, list: readonly number[] | undefined): Samples | undefined =>
    list === undefined ? undefined : { what, samples: list };
  return { samples: of('ours') ?? [], beside: named(bare, of('bare')), peer: named('peer', of('peer')) };
}
