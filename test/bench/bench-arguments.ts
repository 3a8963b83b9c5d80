import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly kind: 'right';
  /** Only the measurements whose name contains it; empty for all. */
  readonly only: string;
  readonly runs: number;
  readonly json: string | undefined;
}

const usage = 'npm run bench -- [--only <part of a name>] [--runs <n>] [--json <file>]';

/** The command line of the bench; what is wrong with it is a sentence. */
export function parseBenchArguments(
  args: readonly string[],
): BenchArguments | { readonly kind: 'wrong'; readonly message: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: '' },
        runs: { type: 'string', default: '30' },
        json: { type: 'string' },
      },
    });
    const wrong = wrongRuns(values.runs);
    if (wrong !== undefined) return { kind: 'wrong', message: wrong };
    return { kind: 'right', only: values.only, runs: Number(values.runs), json: values.json };
  } catch (error) {
    return { kind: 'wrong', message: `${error instanceof Error ? error.message : String(error)}\n${usage}` };
  }
}

/** What is wrong with a number of samples. */
export function wrongRuns(runs: string): string | undefined {
  if (/^[1-9]\d{0,3}$/.test(runs)) return undefined;
  return `--runs is ${JSON.stringify(runs)}, but has to be from 1 to 9999.`;
}
