import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';

const pauseMs = 1_000;

/** Runs a loop of the manager until it is over; one that fails is told and begins again, nobody else would notice. */
export async function untilEnded(
  loop: () => Promise<void>,
  ended: AbortSignal,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  while (!ended.aborted) {
    try {
      await loop();
    } catch (error) {
      logger.error({ err: error }, 'a loop of the manager went wrong; it begins again');
      await clock.sleep(pauseMs, ended);
    }
  }
}
