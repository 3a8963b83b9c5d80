import { mendDataDirectoryMode } from '../initialization/mend-data-directory-mode.ts';
import type { Logger } from '../lib/logger.ts';
import { isGone } from '../postmaster/observe-absence.ts';
import { observeLockHolder } from '../postmaster/observe-process.ts';
import type { PostmasterLaunch } from '../postmaster/postmaster-process.ts';
import type { InstanceOptions } from '../reconcile/options.ts';
import { remakeRunFolder } from './remake-run-folder.ts';

/** Right before each start of PostgreSQL: mends what keeps it from starting and can be mended. */
export function prepareLaunch(
  launch: PostmasterLaunch,
  { dataDirectory, runDirectory }: InstanceOptions,
  logger: Logger,
): PostmasterLaunch {
  if (!isGone(dataDirectory)) mendDataDirectoryMode(dataDirectory, logger);
  const problem = remakeRunFolder(runDirectory, logger);
  if (problem !== undefined) logger.error(problem);
  const lock = observeLockHolder(dataDirectory);
  // PostgreSQL takes a living process with the pid of its stale lock file for a postmaster, unless it is told not to.
  return lock.kind === 'stranger'
    ? { ...launch, environment: { ...launch.environment, PG_GRANDPARENT_PID: String(lock.pid) } }
    : launch;
}
