import { assertNever } from '../lib/assert-never.ts';
import type { Logger } from '../lib/logger.ts';

/** What a person wants to know of a postmaster although it goes on. */
export type Notice = 'crash-restart' | 'frozen' | 'thawed' | 'stuck' | 'losses';

/** `cause`: which process of it PostgreSQL said to have crashed. */
export function tellNotice(logger: Logger, notice: Notice, pid: number | undefined, cause: string | undefined): void {
  switch (notice) {
    case 'crash-restart':
      return logger.error(
        { pid, cause },
        'PostgreSQL started all its processes again, because one of them crashed; every session was lost',
      );
    case 'frozen':
      return logger.warn(
        { pid },
        'the postmaster is frozen: it was stopped by a signal, lets nobody in, and goes on with SIGCONT',
      );
    case 'thawed':
      return logger.info({ pid }, 'the postmaster is thawed');
    case 'stuck':
      return logger.error(
        { pid },
        'PostgreSQL is stuck: it says that it recovers, but has no process that does; it is ended at once and started again',
      );
    case 'losses':
      return; // a finding says it
    default:
      return assertNever(notice);
  }
}
