import type { Clock } from '../lib/clock.ts';
import type { Finding } from '../lib/finding.ts';
import type { Logger } from '../lib/logger.ts';
import type { LibraryLookup } from '../settings/preload-libraries.ts';
import type { DatabasesReport } from './database-report.ts';
import type { DatabasesWish } from './databases-wish.ts';
import type { ServerCatalog } from './server-catalog.ts';
import type { Sessions } from './sessions.ts';

/** The eyes and hands of the databases loop. */
export interface LoopPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sessions: Sessions;
  /** Undefined: the server cannot be asked now. */
  readonly observeServer: (roles: readonly string[]) => Promise<ServerCatalog | undefined>;
  readonly lookUpLibraries: (
    probins: readonly string[],
    dynamicLibraryPath: string,
    libraryDirectory: string | undefined,
  ) => ReadonlyMap<string, LibraryLookup>;
  /** What is wrong with the update scripts of the images. */
  readonly lookAtScripts: (wish: DatabasesWish) => Promise<readonly Finding[]>;
  readonly publish: (report: DatabasesReport) => void;
  /** There are images that can go; see `freeImages`. */
  readonly freed: () => void;
}

export interface DatabasesLoop {
  /**
   * Looks at everything with this wish, at what has changed first; returns at once, with the wish that counts: the one before
   * if it is the same, images are to go, and it is being looked at.
   */
  readonly follow: (wish: DatabasesWish) => DatabasesWish;
  /** What failed is tried again with the next wish, whenever it failed. */
  readonly hurry: () => void;
  /** The server goes down: no sessions any more until the next wish. */
  readonly pause: () => Promise<void>;
  /** Tries again what failed, when its time has come, until `stop` is aborted. */
  readonly run: (stop: AbortSignal) => Promise<void>;
  /** The images that this wish, as `follow` gave it, lets go and that nothing used a moment ago. */
  readonly freeImages: (wish: DatabasesWish) => ReadonlySet<string>;
}
