import { ExitError } from '../lib/errors.ts';
import type { CommandEnd } from './manifest-input.ts';

/** Commands in a bundle of their own have an ExitError of their own, which the main program does not know for one. */
export async function endOfCommand(run: () => Promise<number>): Promise<CommandEnd> {
  try {
    return { exitCode: await run(), message: '' };
  } catch (error) {
    if (error instanceof ExitError) return { exitCode: error.exitCode, message: error.message };
    throw error;
  }
}
