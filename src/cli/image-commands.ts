import { Command, Option } from 'commander';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { CheckFlags, CheckSurroundings } from './check-command.ts';

const examples = `
Examples:
  pg-instance-manager check                            all images of the configuration
  pg-instance-manager check postgis                    one of them
  pg-instance-manager check ./build/my-extension       a folder that is to become an image
  pg-instance-manager check --suggest ./my-extension   the entry of the configuration that it needs
Exit code 0; 1: something would not work; 2: what was asked for cannot be looked at.`;

/** The commands for those who make and mount images; what they do is loaded when one of them is called. */
export function imageCommands(surroundings: CheckSurroundings): readonly Command[] {
  return [
    new Command('check')
      .description('tell what would not work of extension images, without a server')
      .argument('[image...]', 'names of the configuration, or folders')
      .addOption(
        new Option('--config <path>', 'YAML or JSON file, or a folder of them')
          .env('PGIM_CONFIG')
          .default('/etc/pg-instance-manager'),
      )
      .addOption(
        new Option('--extensions-dir <folder>', 'where the image volumes are mounted')
          .env('PGIM_EXTENSIONS_DIR')
          .default('/extensions'),
      )
      .addOption(
        new Option('--bin-dir <folder>', 'folder of the postgres to compare with (default: found on the PATH)').env(
          'PGIM_BIN_DIR',
        ),
      )
      .addOption(folderOption('--extension-control-path', 'for folders: as in the configuration; can be repeated'))
      .addOption(folderOption('--dynamic-library-path', 'likewise'))
      .addOption(folderOption('--ld-library-path', 'likewise'))
      .addOption(new Option('-o, --output <format>', 'how to write it').choices(['text', 'json']).default('text'))
      .option('--suggest', 'write the entries of the configuration that the images need', false)
      .addHelpText('after', examples)
      .action(async (images: readonly string[], flags: CheckFlags) => {
        const { checkImages } = await import('./check-command.ts');
        const code = checkImages(images, flags, surroundings);
        if (code !== exitCode.ok) throw new ExitError(code, '');
      }),
  ];
}

function folderOption(name: string, description: string): Option {
  return new Option(`${name} <path>`, description)
    .argParser((path: string, before: readonly string[]) => [...before, path])
    .default([], 'none');
}
