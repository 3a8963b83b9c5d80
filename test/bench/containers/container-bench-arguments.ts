import { parseArgs } from 'node:util';
import { images } from '../../e2e/support/images.ts';
import { wrongRuns } from '../bench-arguments.ts';

export interface ContainerBenchArguments {
  readonly kind: 'right';
  /** The image with the manager; by default that of the container tests, as the base. */
  readonly image: string;
  /** The image that it was made from, which has PostgreSQL without the manager. */
  readonly base: string;
  /** Any image with the contract of the official PostgreSQL image. */
  readonly peer: string | undefined;
  /** Only the measurements whose name contains it; empty for all. */
  readonly only: string;
  readonly runs: number;
  readonly json: string | undefined;
}

const usage =
  'npm run bench:containers -- [--image <image>] [--base <image>] [--peer <image>] [--only <part of a name>] [--runs <n>] [--json <file>]';

/** The command line of the bench of containers; what is wrong with it is a sentence. */
export function parseContainerBenchArguments(
  args: readonly string[],
): ContainerBenchArguments | { readonly kind: 'wrong'; readonly message: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        image: { type: 'string', default: images.postgres },
        base: { type: 'string', default: images.base },
        peer: { type: 'string' },
        only: { type: 'string', default: '' },
        runs: { type: 'string', default: '30' },
        json: { type: 'string' },
      },
    });
    const { image, base, peer, only, json } = values;
    const wrong = wrongRuns(values.runs);
    if (wrong !== undefined) return { kind: 'wrong', message: wrong };
    return { kind: 'right', image, base, peer, only, runs: Number(values.runs), json };
  } catch (error) {
    return { kind: 'wrong', message: `${error instanceof Error ? error.message : String(error)}\n${usage}` };
  }
}
