import { chmodSync, mkdirSync } from 'node:fs';
import { describeError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { isGone } from '../postmaster/observe-absence.ts';

/**
 * When somebody has removed it: PostgreSQL makes its socket in it, and does not start without; so does the manager. Gives why it
 * cannot be made again, or undefined: it is there.
 */
export function remakeRunFolder(runDirectory: string, logger: Logger): string | undefined {
  if (!isGone(runDirectory)) return undefined;
  try {
    mkdirSync(runDirectory);
    // Whatever the umask says: others come to the socket of PostgreSQL.
    chmodSync(runDirectory, 0o755);
    logger.warn({ runDirectory }, 'the run folder was gone, and was made again');
    return undefined;
  } catch (error) {
    return `the run folder ${runDirectory} is gone and cannot be made again: ${describeError(error)}`;
  }
}
