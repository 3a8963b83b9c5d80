import type { ConfigurationWatcher } from '../configuration/configuration-watcher.ts';
import type { Clock } from '../lib/clock.ts';
import { describeError } from '../lib/errors.ts';

export interface Following {
  readonly path: string;
  readonly resyncIntervalMs: number;
  readonly lookAgain: () => void;
  /** Why changes are not noticed when they happen; undefined: they are. */
  readonly watchFailed: (reason: string | undefined) => void;
  readonly clock: Clock;
}

/** Looks again when the folder changes, and every now and then whatever the watcher says; until `ended`. */
export async function followConfiguration(following: Following, ended: AbortSignal): Promise<void> {
  const { clock, lookAgain, watchFailed } = following;
  // Loaded when PostgreSQL was started: it does not wait for this.
  const { watchConfiguration } = await import('../configuration/configuration-watcher.ts');
  const held = { hasFailed: false };

  function watchAnew(): ConfigurationWatcher {
    held.hasFailed = false;
    return watchConfiguration(following.path, lookAgain, (error) => {
      held.hasFailed = true;
      watchFailed(describeError(error));
      lookAgain();
    });
  }

  let watcher = watchAnew();
  while (!ended.aborted) {
    await clock.sleep(following.resyncIntervalMs, ended);
    if (ended.aborted) break;
    // After the whole interval, not at once: one that fails needs a moment for that.
    if (!held.hasFailed) watchFailed(undefined);
    if (held.hasFailed || watcher.isStale()) {
      await watcher.close();
      watcher = watchAnew();
    }
    lookAgain();
  }
  await watcher.close();
}
