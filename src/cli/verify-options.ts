import { Command, InvalidArgumentError, Option } from 'commander';
import { refuseEnvironmentName, refuseEnvironmentValue, refuseLibrary } from '../configuration/value-rules.ts';
import { collectServerOption, parseDurationMs } from './option-values.ts';

const examples = `
What an image is mounted for is tried: its extensions are created, dropped, and updated from all older versions; what comes
out of an update is compared with what CREATE EXTENSION makes. Files test/*.sql of the image are run too. All this is done in
databases that are called verify, for extensions that have to be told: -c cron.database_name=verify.

Examples:
  pg-instance-manager verify                              all images of the configuration
  pg-instance-manager verify ./build/my-extension         a folder that is to become an image
  pg-instance-manager verify ./pgrouting --with ./postgis another image beside it
  pg-instance-manager verify -o junit ./my-extension > report.xml
Exit code 0; 1: a step failed; 2: what was asked for cannot be looked at.`;

/** The command, but for what it does. */
export function verifyOptions(): Command {
  const command = new Command('verify')
    .description('try out extension images on a PostgreSQL that is thrown away')
    .argument('[image...]', 'names of the configuration, or folders')
    .addHelpText('after', examples);
  for (const option of [...subjectOptions('postgres and initdb to use'), ...ownOptions()]) command.addOption(option);
  return command;
}

/** The flags by which images are named. */
export function subjectOptions(binDir: string): readonly Option[] {
  return [
    new Option('--config <path>', 'YAML or JSON file, or a folder of them')
      .env('PGIM_CONFIG')
      .default('/etc/pg-instance-manager'),
    new Option('--extensions-dir <folder>', 'where the image volumes are mounted')
      .env('PGIM_EXTENSIONS_DIR')
      .default('/extensions'),
    new Option('--bin-dir <folder>', `folder of the ${binDir} (default: found on the PATH)`).env('PGIM_BIN_DIR'),
    listOption('--extension-control-path <path>', 'for folders: as in the configuration; can be repeated'),
    listOption('--dynamic-library-path <path>', 'likewise'),
    listOption('--ld-library-path <path>', 'likewise'),
  ];
}

function ownOptions(): readonly Option[] {
  return [
    new Option('--env <name=value>', `likewise; \${image_root} is the folder of the image`)
      .argParser(collectVariable)
      .default([], 'none'),
    new Option('--preload <library>', 'for shared_preload_libraries; can be repeated')
      .argParser(collectLibrary)
      .default([], 'none'),
    new Option('-c <name=value>', 'a parameter for the server; can be repeated')
      .argParser(collectServerOption)
      .default(new Map<string, string>(), 'none'),
    listOption('--with <folder>', 'an image that is mounted beside them and not verified; can be repeated'),
    new Option('--tests <folder>', 'SQL files to run, each in a database of its own (default: test in the image)'),
    listOption(
      '--known-failure <step>',
      'one that does not count, as "DROP EXTENSION geo", with * for anything; can be repeated',
    ),
    new Option('--user <user>', 'as root: whom to become').env('PGIM_USER'),
    new Option('--timeout <duration>', 'for each statement').argParser(parseDurationMs).default(60_000, '60s'),
    new Option('-o, --output <format>', 'how to write it').choices(['text', 'json', 'junit']).default('text'),
  ];
}

function listOption(name: string, description: string): Option {
  return new Option(name, description)
    .argParser((text: string, before: readonly string[]) => [...before, text])
    .default([], 'none');
}

type Variable = { readonly name: string; readonly value: string };

function collectVariable(text: string, before: readonly Variable[]): readonly Variable[] {
  const equals = text.indexOf('=');
  if (equals < 0) throw new InvalidArgumentError('Expected NAME=VALUE.');
  const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
  const refusal = refuseEnvironmentName(name) ?? refuseEnvironmentValue(value, name);
  if (refusal !== undefined) throw new InvalidArgumentError(`${name}: ${refusal.message}.`);
  return [...before, { name, value }];
}

function collectLibrary(library: string, before: readonly string[]): readonly string[] {
  const refusal = refuseLibrary(library);
  if (refusal !== undefined) throw new InvalidArgumentError(`Expected ${refusal.expected}: ${refusal.message}.`);
  return [...before, library];
}
