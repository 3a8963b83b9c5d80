import { Command, Option } from 'commander';
import type { ControlResult } from '../http/control-app.ts';
import { controlSocketPath } from '../instance/control-socket.ts';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { InstanceStatus } from '../status/instance-status.ts';
import type { ControlAnswer } from './control-client.ts';
import { renderStatus } from './render-status.ts';

export interface Output {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}

const healthTimeoutMs = 3_000;
/** What container engines take for unhealthy: https://docs.docker.com/reference/dockerfile/#healthcheck */
const notReady = 1;

/** The commands that talk to a running manager. */
export function controlCommands(output: Output): readonly Command[] {
  return [
    new Command('status')
      .description('show what the running manager sees')
      .addOption(runDirectoryOption())
      .addOption(
        new Option('-o, --output <format>', 'auto: a table on a terminal, else json')
          .choices(['auto', 'table', 'json'])
          .default('auto'),
      )
      .action((flags: { runDir: string; output: 'auto' | 'table' | 'json' }) => showStatus(flags, output)),
    new Command('reload')
      .description('read the configuration now and apply it')
      .addOption(runDirectoryOption())
      .action((flags: { runDir: string }) => change(flags.runDir, '/reload', output)),
    new Command('restart')
      .description('restart PostgreSQL with the configuration as it is now')
      .addOption(runDirectoryOption())
      .action((flags: { runDir: string }) => change(flags.runDir, '/restart', output)),
    new Command('health')
      .description('tell in one word whether PostgreSQL is ready: exit code 0, or else 1')
      .addOption(runDirectoryOption())
      .action((flags: { runDir: string }) => health(flags.runDir, output)),
  ];
}

function runDirectoryOption(): Option {
  return new Option('--run-dir <folder>', 'the run folder of the manager')
    .env('PGIM_RUN_DIR')
    .default('/run/postgresql');
}

async function showStatus(
  flags: { readonly runDir: string; readonly output: 'auto' | 'table' | 'json' },
  output: Output,
): Promise<void> {
  const answer = await ask(flags.runDir, 'GET', '/status');
  const status: InstanceStatus = JSON.parse(answer.body);
  const asTable = flags.output === 'table' || (flags.output === 'auto' && output.isTerminal);
  output.write(asTable ? renderStatus(status) : `${JSON.stringify(status, undefined, 2)}\n`);
}

async function change(runDirectory: string, path: '/reload' | '/restart', output: Output): Promise<void> {
  const answer = await ask(runDirectory, 'POST', path);
  const result: ControlResult = JSON.parse(answer.body);
  if (!result.ok) throw new ExitError(exitCode.software, result.message);
  output.write(`${result.message}\n`);
}

/** For a container engine that asks every few seconds: what is not an answer soon enough is a no. */
async function health(runDirectory: string, output: Output): Promise<void> {
  const { askManager } = await import('./control-client.ts');
  const answer = await askManager(controlSocketPath(runDirectory), 'GET', '/health', healthTimeoutMs).catch(
    (error: unknown) => {
      throw error instanceof ExitError ? new ExitError(notReady, error.message) : error;
    },
  );
  if (answer.statusCode !== 200) throw new ExitError(notReady, answer.body);
  output.write(`${answer.body}\n`);
}

/** The HTTP client is loaded only here: `run` must not wait for it. */
async function ask(runDirectory: string, method: 'GET' | 'POST', path: string): Promise<ControlAnswer> {
  const { askManager } = await import('./control-client.ts');
  return askManager(controlSocketPath(runDirectory), method, path);
}
