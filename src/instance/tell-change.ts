import type { Logger } from '../lib/logger.ts';
import { describeExitStatus } from '../postmaster/exit-status.ts';
import type { PostmasterEvent } from '../postmaster/postmaster-event.ts';
import type { Postmaster } from '../postmaster/postmaster-state.ts';

/** One line for each change of the postmaster's state; one for its end says how and why. */
export function tellChange(
  logger: Logger,
  before: Postmaster,
  after: Postmaster,
  event: PostmasterEvent,
  said: { readonly lastWords: readonly string[]; readonly hopeless: string | undefined },
): void {
  const facts = { from: before.state.kind, to: after.state.kind };
  if (event.kind === 'exited' && (after.state.kind === 'backoff' || after.state.kind === 'ended')) {
    const isWanted = before.state.kind === 'stopping';
    const how = { ...facts, exit: describeExitStatus(event.status), lastFatal: said.lastWords };
    logger[isWanted ? 'info' : 'error'](
      how,
      isWanted ? 'PostgreSQL has ended' : (said.hopeless ?? 'PostgreSQL ended without being asked to'),
    );
    return;
  }
  logger.info('pid' in after.state ? { ...facts, pid: after.state.pid } : facts, 'postmaster');
}
