import { Argument, Command, Option } from 'commander';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { CommandEnd, ManifestFlags, ManifestOutput } from './manifest-input.ts';

const examples = {
  resolve: `
Examples:
  pg-instance-manager resolve cluster.yaml catalog.yaml            what status.pgDataImageInfo would hold
  pg-instance-manager resolve --explain -f manifests/              and where each field comes from
  kubectl get cluster,clusterimagecatalog -o yaml | pg-instance-manager resolve -`,
  validate: `
Examples:
  pg-instance-manager validate manifests/                          exit code 0, 1 (refused) or 2 (unreadable)
  pg-instance-manager validate -o json cluster.yaml database.yaml  for a program
  helm template . | pg-instance-manager validate -`,
  render: `
Examples:
  pg-instance-manager render compose manifests/ >compose.yaml && docker compose up --wait
  pg-instance-manager render statefulset -f manifests/ | kubectl apply -f -
  pg-instance-manager render pod -o name manifests/                the names of the objects alone`,
};

/** The commands that read CloudNativePG's manifests; what they do is loaded when one of them is called. */
export function manifestCommands(output: ManifestOutput): readonly Command[] {
  return [
    withInput(new Command('resolve'), '[file...]')
      .description('show which images and settings the Clusters among the files get, as in status.pgDataImageInfo')
      .addOption(outputOption(['yaml', 'json', 'name'], 'yaml'))
      .option('--explain', 'say for each field where it comes from', false)
      .option('--cluster <name>', 'this Cluster alone; or namespace/name')
      .addHelpText('after', examples.resolve)
      .action(async (files: readonly string[], flags: ManifestFlags) => {
        const { resolveManifests } = await import('./resolve-command.ts');
        conclude(await resolveManifests(namesOf(files, flags), flags, output));
      }),
    withInput(new Command('validate'), '[file...]')
      .description('tell all that CloudNativePG refuses in the files, and more that will not work')
      .addOption(outputOption(['text', 'json', 'name'], 'text'))
      .addHelpText('after', examples.validate)
      .action(async (files: readonly string[], flags: ManifestFlags) => {
        const { validateManifests } = await import('./validate-command.ts');
        conclude(await validateManifests(namesOf(files, flags), flags, output));
      }),
    withInput(
      new Command('render').addArgument(
        new Argument('<target>', 'what to make').choices(['compose', 'pod', 'statefulset']),
      ),
      '[file...]',
    )
      .description('make a Compose project or Kubernetes objects that run a Cluster of the files by itself')
      .addOption(outputOption(['yaml', 'json', 'name'], 'yaml'))
      .option('--cluster <name>', 'this Cluster alone; or namespace/name')
      .option(
        '--manager-image <image>',
        'the image of docker/Dockerfile, target manager',
        'pg-instance-manager:manager',
      )
      .addHelpText('after', examples.render)
      .action(async (target: 'compose' | 'pod' | 'statefulset', files: readonly string[], flags: ManifestFlags) => {
        const { renderManifests } = await import('./render-command.ts');
        conclude(await renderManifests(target, namesOf(files, flags), flags, output));
      }),
  ];
}

function conclude({ exitCode: code, message }: CommandEnd): void {
  if (code !== exitCode.ok) throw new ExitError(code, message);
}

function withInput(command: Command, files: string): Command {
  return command
    .argument(files, 'YAML or JSON files, folders, or - for the standard input')
    .addOption(
      new Option('-f, --filename <file>', 'the same as an option, as with kubectl; can be repeated')
        .argParser((file: string, before: readonly string[]) => [...before, file])
        .default([]),
    )
    .option('-R, --recursive', 'folders with all that is in them', false);
}

function outputOption(formats: readonly string[], usual: string): Option {
  return new Option('-o, --output <format>', 'how to write it').choices(formats).default(usual);
}

function namesOf(files: readonly string[], { filename }: ManifestFlags): readonly string[] {
  const names = [...filename, ...files];
  if (names.length > 0) return names;
  throw new ExitError(exitCode.usage, 'error: name files or folders with manifests, or - for the standard input.');
}
