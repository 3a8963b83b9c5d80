import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { controlCommands } from './cli/control-commands.ts';
import { binDirectories, binDirectoryIfAny, findBinDirectory } from './cli/find-bin-directory.ts';
import { imageCommands } from './cli/image-commands.ts';
import { manifestCommands } from './cli/manifest-commands.ts';
import { postgresWords } from './cli/postgres-words.ts';
import { runCommand } from './cli/run-command.ts';
import { connectInit } from './init/init-link.ts';
import { readOfficialEnvironment } from './initialization/read-official-environment.ts';
import type { RunOptions } from './instance/run-options.ts';
import { systemClock, wallClock } from './lib/clock.ts';
import { ExitError } from './lib/errors.ts';
import { exitCode } from './lib/exit-code.ts';
import { hideSecrets } from './lib/hide-secrets.ts';
import { type StopRequests, stopRequests } from './lib/stop-requests.ts';
import { observeOrphan, readOwnOomScore } from './postmaster/observe-process.ts';
import { settingsFile } from './reconcile/options.ts';

// The only file that reads the process's environment and arguments, listens to its signals and ends it.

// Told by the init that it is there; what this process starts must not believe that it is theirs, too.
const init = process.env['PGIM_INIT'] === '1' ? connectInit() : undefined;
delete process.env['PGIM_INIT'];

async function run(options: RunOptions): Promise<void> {
  if (process.platform !== 'linux') {
    throw new ExitError(exitCode.system, `pg-instance-manager is for Linux; this is ${process.platform}.`);
  }
  // Before anything that takes time: a signal that comes now must not be lost.
  const stop = stopRequests(process);
  // SIGHUP would end the process, SIGUSR1 would open Node's inspector to whoever may signal.
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => undefined);
  init?.listening();
  const [{ instanceConfigurationReader }, { readAccessAtStart }, { prepareInstance }, { openLog }, { runInstance }] =
    await whatRuns();
  const { extensions } = instanceConfigurationReader(options)().configuration;
  const isTakingOn = (): boolean => observeOrphan(options.dataDirectory, settingsFile(options)) !== undefined;
  const access = await readAccessAtStart(options.access, isTakingOn);
  process.umask(0o022);
  const instance = prepareInstance(options, process, process.env, readOwnOomScore());
  process.umask(0o077);
  const log = await openLog(options.log, process.stdout);
  // A defect of the manager is no reason to take PostgreSQL down, so it is told and the manager goes on.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => log.logger.fatal({ err: error }, `a defect in the manager (${event})`));
  }
  const context = {
    version: packageJson.version,
    pid: process.pid,
    programDirectory: dirname(programFile()),
    clock: systemClock,
    wallClock: wallClock(systemClock),
    logger: log.logger,
    stop,
    init,
    access,
    hasExtensions: extensions.length > 0,
    onHangUp: (listener: () => void) => void process.on('SIGHUP', listener),
  };
  try {
    const code = await runInstance(options, instance, context);
    log.logger.info({ exitCode: code }, 'the manager ends');
    await log.close();
    init?.end();
    process.exit(code);
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** The other commands do not wait for the libraries that only this needs. */
function whatRuns() {
  return Promise.all([
    import('./instance/read-instance-configuration.ts'),
    import('./instance/read-access.ts'),
    import('./instance/prepare-instance.ts'),
    import('./lib/logger.ts'),
    import('./instance/run-instance.ts'),
  ]);
}

/**
 * A manager that cannot take on a PostgreSQL that runs, because an address is taken, say, must not end the container: it
 * does not say that its end is meant, so that the init tries again for a while.
 */
async function runOrLeave(options: RunOptions): Promise<void> {
  try {
    await run(options);
  } catch (error) {
    const isAnothers = error instanceof ExitError && error.exitCode === exitCode.dataDirectoryInUse;
    const orphan = observeOrphan(options.dataDirectory, settingsFile(options));
    if (isAnothers || orphan === undefined) init?.end();
    fail(error);
  }
}

function program(): Command {
  const output = {
    isTerminal: process.stdout.isTTY === true,
    write: (text: string) => writeTo(process.stdout, text),
    tell: (text: string) => writeTo(process.stderr, text),
    readInput: async () => Buffer.concat(await process.stdin.toArray()),
  };
  const surroundings = {
    isTerminal: process.stdout.isTTY === true,
    absolute: (path: string) => resolve(path),
    findBinDirectory: () => findBinDirectory(process.env['PATH']),
    readOfficialEnvironment: () => readOfficialEnvironment(process.env),
  };
  const held: { stop: StopRequests | undefined } = { stop: undefined };
  const onTheDesk = {
    hasColours:
      (process.env['NO_COLOR'] ?? '') === '' &&
      (process.stdout.isTTY === true || (process.env['FORCE_COLOR'] ?? '') !== ''),
    write: output.write,
    absolute: surroundings.absolute,
    binDirectory: () => binDirectoryIfAny(process.env['PATH']),
    ldLibraryPath: process.env['LD_LIBRARY_PATH'],
    environment: process.env,
    credentials: process,
    arch: process.arch,
    node: process.execPath,
    program: programFile(),
    temporaryFolder: tmpdir(),
    binDirectories: () => binDirectories(process.env['PATH']),
    // The end of the terminal, too: what was made must go.
    stopRequests: () => {
      held.stop ??= stopRequests(process, ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP']);
      return held.stop;
    },
  };
  const command = new Command('pg-instance-manager')
    .description('Runs PostgreSQL 18 with extension images: the process inside the pod.')
    .version(packageJson.version)
    .configureOutput({ outputError: (text, write) => write(hideSecrets(text)) })
    .exitOverride();
  const commands = [...controlCommands(output), ...manifestCommands(output), ...imageCommands(onTheDesk)];
  for (const one of [runCommand(surroundings, runOrLeave), ...commands])
    command.addCommand(one.copyInheritedSettings(command).exitOverride());
  return command;
}

function programFile(): string {
  return realpathSync(process.argv[1] ?? process.execPath);
}

/** Whoever reads may stop reading, as `head` does: then the command ends as it would have. */
function writeTo(stream: NodeJS.WriteStream, text: string): void {
  const passOver = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
  };
  if (stream.listenerCount('error') === 0) stream.on('error', passOver);
  stream.write(text);
}

/** `run postgres …` is how users of the official image give options to the server. */
function commandLine(argv: readonly string[]): readonly string[] {
  const [node = '', file = '', command = '', ...words] = argv;
  if (command !== 'run' || words[0] !== 'postgres') return argv;
  const translated = postgresWords(words.slice(1));
  if ('refused' in translated) throw new ExitError(exitCode.usage, translated.refused);
  return [node, file, command, ...translated.words];
}

/** Our own commands end by throwing; commander has then told the user already what is wrong with his words. */
function fail(error: unknown): void {
  if (error instanceof CommanderError) return exitWhenWritten(error.exitCode === 0 ? exitCode.ok : exitCode.usage);
  if (error instanceof ExitError) {
    if (error.message !== '') process.stderr.write(`${error.message}\n`);
    return exitWhenWritten(error.exitCode);
  }
  process.stderr.write(
    `pg-instance-manager: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(exitCode.software);
}

/** A reader who is slower than we are gets all of it: in a pipe there is room for so much. */
function exitWhenWritten(code: number): void {
  if (process.stdout.writableLength === 0) process.exit(code);
  process.stdout.write('', () => process.exit(code));
}

function endAndFail(error: unknown): void {
  init?.end();
  fail(error);
}

// Set but empty is how templates leave a variable out.
for (const [name, value] of Object.entries(process.env)) {
  if (value === '' && name.startsWith('PGIM_')) delete process.env[name];
}
Promise.resolve()
  .then(() => program().parseAsync(commandLine(process.argv)))
  .catch(endAndFail);
