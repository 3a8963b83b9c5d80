import { Command, Option } from 'commander';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { CheckFlags, CheckSurroundings } from './check-command.ts';
import type { CommandEnd } from './manifest-input.ts';
import type { VerifyFlags } from './verify-command.ts';
import { subjectOptions, verifyOptions } from './verify-options.ts';
import type { VerifySurroundings } from './verify-surroundings.ts';

const examples = `
Examples:
  pg-instance-manager check                            all images of the configuration
  pg-instance-manager check postgis                    one of them
  pg-instance-manager check ./build/my-extension       a folder that is to become an image
  pg-instance-manager check --suggest ./my-extension   the entry of the configuration that it needs
Exit code 0; 1: something would not work; 2: what was asked for cannot be looked at.`;

/** The commands for those who make and mount images; what they do is loaded when one of them is called. */
export function imageCommands(check: CheckSurroundings, verify: VerifySurroundings): readonly Command[] {
  return [checkCommand(check), verifyCommand(verify)];
}

function checkCommand(surroundings: CheckSurroundings): Command {
  const command = new Command('check')
    .description('tell what would not work of extension images, without a server')
    .argument('[image...]', 'names of the configuration, or folders')
    .addOption(new Option('-o, --output <format>', 'how to write it').choices(['text', 'json']).default('text'))
    .option('--suggest', 'write the entries of the configuration that the images need', false)
    .addHelpText('after', examples);
  for (const option of subjectOptions('postgres to compare with')) command.addOption(option);
  return command.action(async (images: readonly string[], flags: CheckFlags) => {
    const { checkImages } = await import('./check-command.ts');
    endWith(await checkImages(images, flags, surroundings));
  });
}

function verifyCommand(surroundings: VerifySurroundings): Command {
  return verifyOptions().action(async (images: readonly string[], flags: VerifyFlags) => {
    const { verifyByTrial } = await import('./verify-command.ts');
    endWith(await verifyByTrial(images, flags, surroundings));
  });
}

function endWith({ exitCode: code, message }: CommandEnd): void {
  if (code !== exitCode.ok) throw new ExitError(code, message);
}
