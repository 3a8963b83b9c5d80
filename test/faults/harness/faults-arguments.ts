import { parseArgs } from 'node:util';

export interface FaultsArguments {
  readonly kind: 'right';
  readonly runs: number;
  /** Undefined: a fresh one is drawn. */
  readonly seed: number | undefined;
  /** A pattern of names; undefined: all scenarios. */
  readonly only: string | undefined;
}

const usage = 'npm run test:faults -- [--runs <n>] [--seed <n>] [--only <pattern of a name>]';

/** The command line of `npm run test:faults`; what is wrong with it is a sentence. */
export function parseFaultsArguments(
  args: readonly string[],
): FaultsArguments | { readonly kind: 'wrong'; readonly message: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { runs: { type: 'string', default: '1' }, seed: { type: 'string' }, only: { type: 'string' } },
    });
    const { runs, seed, only } = values;
    if (!/^[1-9]\d{0,3}$/.test(runs)) return wrong(`--runs is ${JSON.stringify(runs)}, but has to be from 1 to 9999.`);
    if (seed !== undefined && !/^\d{1,10}$/.test(seed)) {
      return wrong(
        `--seed is ${JSON.stringify(seed)}, but has to be a whole number, as an earlier run has printed it.`,
      );
    }
    return { kind: 'right', runs: Number(runs), seed: seed === undefined ? undefined : Number(seed), only };
  } catch (error) {
    return wrong(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function wrong(message: string): { readonly kind: 'wrong'; readonly message: string } {
  return { kind: 'wrong', message };
}
