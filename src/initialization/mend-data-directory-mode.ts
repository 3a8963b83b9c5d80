import { chmodSync, statSync } from 'node:fs';
import { describeError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { mendedMode } from './mended-mode.ts';

/**
 * Gives the data folder a mode that PostgreSQL starts with. What cannot be mended is told, and PostgreSQL then says itself
 * that it does not start.
 */
export function mendDataDirectoryMode(dataDirectory: string, logger: Logger): void {
  try {
    const { mode } = statSync(dataDirectory);
    const mended = mendedMode(mode);
    if (mended === undefined) return;
    chmodSync(dataDirectory, mended);
    logger.info({ from: octal(mode), to: octal(mended) }, 'the mode of the data folder was mended');
  } catch (error) {
    logger.error(
      `The data folder ${dataDirectory} is open to others, which PostgreSQL refuses, and its mode cannot be mended: ${describeError(error)}. Give it to the user who runs PostgreSQL, with mode 0700 or 0750.`,
    );
  }
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
