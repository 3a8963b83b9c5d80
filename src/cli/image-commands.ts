import { Command, Option } from 'commander';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { CheckFlags, CheckSurroundings } from './check-command.ts';
import type { VerifyFlags } from './verify-command.ts';
import { subjectOptions, verifyOptions } from './verify-options.ts';
import type { VerifySurroundings } from './verify-surroundings.ts';
import type { PlaceFlags, PlaceSurroundings } from './where-asked.ts';

/** What the commands need to know of the process that they are part of. */
export type ImageSurroundings = CheckSurroundings & VerifySurroundings & PlaceSurroundings;

const examples = `
Examples:
  pg-instance-manager check                            all images of the configuration
  pg-instance-manager check postgis                    one of them
  pg-instance-manager check ./build/my-extension       a folder that is to become an image
  pg-instance-manager check --image postgres:18-trixie registry/my-extension:1.0
                                                       an image, for servers of another image
  pg-instance-manager check --suggest ./my-extension   the entry of the configuration that it needs
Exit code 0; 1: something would not work (--suggest: not with these entries either); 2: what was asked for cannot be looked at.`;

/** The commands for those who make and mount images; what they do is loaded when one of them is called. */
export function imageCommands(surroundings: ImageSurroundings): readonly Command[] {
  return [checkCommand(surroundings), verifyCommand(surroundings)];
}

function checkCommand(surroundings: ImageSurroundings): Command {
  const command = new Command('check')
    .description('tell what would not work of extension images, without a server')
    .argument('[image...]', 'names of the configuration, folders, or images (repository:tag)')
    .addOption(new Option('-o, --output <format>', 'how to write it').choices(['text', 'json']).default('text'))
    .option('--suggest', 'write the entries of the configuration that the images need', false)
    .addHelpText('after', examples);
  for (const option of [...subjectOptions('postgres to compare with'), ...placeOptions()]) command.addOption(option);
  return command.action(async (names: readonly string[], flags: CheckFlags & PlaceFlags) => {
    const [{ whereAsked }, { checkImages }] = await Promise.all([
      import('./where-asked.ts'),
      import('./check-command.ts'),
    ]);
    const here = (images: readonly string[]) => checkImages(images, flags, surroundings);
    endWith(await whereAsked({ kind: 'check', names, flags }, flags, surroundings, here));
  });
}

function verifyCommand(surroundings: ImageSurroundings): Command {
  const command = verifyOptions();
  for (const option of placeOptions()) command.addOption(option);
  return command.action(async (names: readonly string[], flags: VerifyFlags & PlaceFlags) => {
    const [{ whereAsked }, { verifyByTrial }] = await Promise.all([
      import('./where-asked.ts'),
      import('./verify-command.ts'),
    ]);
    const here = (images: readonly string[], beside: readonly string[]) =>
      verifyByTrial(images, { ...flags, with: beside }, surroundings);
    endWith(await whereAsked({ kind: 'verify', names, flags }, flags, surroundings, here));
  });
}

/** Where it is done. */
function placeOptions(): readonly Option[] {
  return [
    new Option(
      '--image <image>',
      'do it in a container of this image, which has PostgreSQL 18: the one that users run',
    ),
    new Option('--engine <engine>', 'for images (default: the first that answers)').choices(['docker', 'podman']),
  ];
}

function endWith(code: number): void {
  if (code !== exitCode.ok) throw new ExitError(code, '');
}
