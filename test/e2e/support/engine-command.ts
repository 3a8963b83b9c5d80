import { execa } from 'execa';
import { inject } from 'vitest';

export interface Output {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly all: string;
}

/** Runs the engine with these arguments; throws what it says when it fails, unless that is `mayFail`. */
export async function engine(args: readonly string[], mustSucceed = true, input = ''): Promise<Output> {
  const { exitCode, stdout, stderr, all } = await execa(inject('laboratory').engine, args, {
    reject: false,
    all: true,
    input,
  });
  if (exitCode !== 0 && mustSucceed) throw new Error(`${args.join(' ')}: exit code ${exitCode}\n${all}`);
  return { exitCode, stdout, stderr, all };
}
