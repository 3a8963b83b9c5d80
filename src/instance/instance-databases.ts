import { databasesLoop } from '../databases/databases-loop.ts';
import type { DatabasesWish } from '../databases/databases-wish.ts';
import { observeServerCatalog } from '../databases/observe-server-catalog.ts';
import { checkUpdateScripts } from '../image-volume/check-update-scripts.ts';
import { updateScriptReader } from '../image-volume/observe-update-scripts.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { runningPid } from '../postmaster/postmaster-state.ts';
import type { PostmasterSupervisor } from '../postmaster/postmaster-supervisor.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import type { ServerMonitor } from '../server/server-monitor.ts';
import { observeFunctionLibraries } from '../settings/observe-preload-libraries.ts';
import { databaseSessions } from './database-sessions.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';
import type { ServerWatch } from './watch-server.ts';
import { wishOfPass } from './wish-of-pass.ts';

/** The databases loop on the real thing. */
export interface InstanceDatabases {
  /** After each pass over the configuration. */
  readonly follow: (pass: PassReport) => void;
  /** What failed does not wait any longer: somebody has asked. */
  readonly hurry: () => void;
  readonly pause: () => Promise<void>;
  readonly run: (stop: AbortSignal) => Promise<void>;
  /** Of the last pass: images that left the configuration and that no database uses any more. */
  readonly releasedImages: () => ReadonlySet<string>;
}

export interface DatabasesDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly supervisor: PostmasterSupervisor;
  readonly monitor: ServerMonitor;
  readonly watch: ServerWatch;
  readonly holder: SnapshotHolder;
  /** An image can go now. */
  readonly freed: () => void;
  /** Something new is known of the databases. */
  readonly changed: () => void;
}

const changesPauseMs = 250;

export function instanceDatabases(dependencies: DatabasesDependencies): InstanceDatabases {
  const { clock, logger, supervisor, monitor, watch, holder } = dependencies;
  const scripts = updateScriptReader();
  const held: {
    followed: { readonly pass: PassReport; readonly wish: DatabasesWish } | undefined;
    isTelling: boolean;
    stop: AbortController;
  } = { followed: undefined, isTelling: false, stop: new AbortController() };
  const loop = databasesLoop({
    clock,
    logger: logger.child({ logger: 'databases' }),
    sessions: databaseSessions(watch.address, clock),
    observeServer: (roles) => monitor.withSession((client) => observeServerCatalog(client, roles)),
    lookUpLibraries: observeFunctionLibraries,
    lookAtScripts: async ({ images, server }) =>
      checkUpdateScripts(await scripts.look(images, held.stop.signal), server.libraries),
    publish: (databases) => {
      holder.update({ databases });
      tellChanged();
    },
    freed: dependencies.freed,
  });

  /** Two hundred databases one after the other are one change, and a statement that takes minutes holds nothing up. */
  function tellChanged(): void {
    if (held.isTelling) return;
    held.isTelling = true;
    void clock.sleep(changesPauseMs, held.stop.signal).then(() => {
      held.isTelling = false;
      dependencies.changed();
    });
  }

  return {
    follow: (pass) => {
      const wish = wishOfPass(pass, holder.current().effective, runningPid(supervisor.current().state));
      held.followed = { pass, wish: loop.follow(wish) };
    },
    hurry: loop.hurry,
    pause: loop.pause,
    run: (stop) => {
      stop.addEventListener('abort', () => held.stop.abort(), { once: true });
      return loop.run(stop);
    },
    releasedImages: () =>
      // What was seen for another configuration says nothing about this one.
      held.followed !== undefined && held.followed.pass === holder.current().pass
        ? loop.freeImages(held.followed.wish)
        : new Set(),
  };
}
