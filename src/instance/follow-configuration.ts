import type { ConfigurationWatcher } from '../configuration/configuration-watcher.ts';
import type { Clock } from '../lib/clock.ts';
import { describeError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';

export interface Following {
  readonly path: string;
  readonly resyncIntervalMs: number;
  readonly lookAgain: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Looks again when the folder changes, and every now and then whatever the watcher says; until `ended`. */
export async function followConfiguration(following: Following, ended: AbortSignal): Promise<void> {
  const { clock, logger, lookAgain } = following;
  // Loaded when PostgreSQL was started: it does not wait for this.
  const { watchConfiguration } = await import('../configuration/configuration-watcher.ts');
  const watchAnew = (): ConfigurationWatcher =>
    watchConfiguration(following.path, lookAgain, (error) => {
      logger.warn({ err: describeError(error) }, 'the configuration cannot be watched; it is read every now and then');
    });
  let watcher = watchAnew();
  while (!ended.aborted) {
    await clock.sleep(following.resyncIntervalMs, ended);
    if (ended.aborted) break;
    if (watcher.isStale()) {
      await watcher.close();
      watcher = watchAnew();
    }
    lookAgain();
  }
  await watcher.close();
}
