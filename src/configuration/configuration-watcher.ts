import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { watch } from 'chokidar';

export interface ConfigurationWatcher {
  /** The folder that is watched is not the one that is there now; it was away for a while. */
  readonly isStale: () => boolean;
  readonly close: () => Promise<void>;
}

/** Long enough for the writes of one save to be over, short enough not to be felt. */
const settleMs = 20;
/** Who never stops writing must not keep a change from being seen. */
const latestMs = 250;

/**
 * Says "look again" when something happens in the folder of the configuration. The folder, not the file: an editor and a
 * ConfigMap both replace by rename, and a watch on the file would stay with the one that is gone. What happened is of
 * no interest, watchers get that wrong.
 */
export function watchConfiguration(
  path: string,
  lookAgain: () => void,
  failed: (error: unknown) => void,
): ConfigurationWatcher {
  const folder = isFolder(path) ? path : dirname(path);
  const inode = inodeOf(folder);
  const watcher = watch(folder, { ignoreInitial: true, depth: 0, followSymlinks: false, ignorePermissionErrors: true });
  const pending: { settled: NodeJS.Timeout | undefined; latest: NodeJS.Timeout | undefined } = {
    ...{ settled: undefined, latest: undefined },
  };

  function forget(): void {
    clearTimeout(pending.settled);
    clearTimeout(pending.latest);
    pending.latest = undefined;
  }

  function due(): void {
    forget();
    lookAgain();
  }

  function somethingHappened(): void {
    clearTimeout(pending.settled);
    pending.settled = setTimeout(due, settleMs);
    pending.latest ??= setTimeout(due, latestMs);
  }

  watcher.on('all', somethingHappened);
  // What the kernel says, too: a file that gives way to a folder of its name is no event for the watcher.
  watcher.on('raw', somethingHappened);
  watcher.on('error', failed);
  return {
    isStale: () => inodeOf(folder) !== inode,
    close: async () => {
      forget();
      await watcher.close();
    },
  };
}

function inodeOf(path: string): number | undefined {
  return statOf(path)?.ino;
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

/** Gone or out of reach is the same to a watcher. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
