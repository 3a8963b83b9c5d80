import { posix } from 'node:path';
import { runCommand } from '../../../src/cli/run-command.ts';
import type { RunOptions } from '../../../src/instance/run-options.ts';

/** What `run` without flags does in a container; no variable of this machine counts. */
export async function defaultsOfRun(): Promise<RunOptions> {
  const got: RunOptions[] = [];
  const surroundings = {
    isTerminal: false,
    absolute: (path: string) => posix.resolve('/', path),
    findBinDirectory: () => '/usr/lib/postgresql/18/bin',
    readOfficialEnvironment: () => ({
      user: undefined,
      password: undefined,
      database: undefined,
      initdbArguments: undefined,
      walDirectory: undefined,
      hostAuthMethod: undefined,
      problems: [],
    }),
  };
  const command = runCommand(surroundings, async (options) => void got.push(options));
  for (const option of command.options) delete option.envVar;
  await command.parseAsync([], { from: 'user' });
  const [options] = got;
  if (options === undefined) throw new Error('the action was not called');
  return options;
}
