import type { Clock } from '../lib/clock.ts';
import type { PostmasterSupervisor } from '../postmaster/postmaster-supervisor.ts';
import type { Outcome } from '../reconcile/action.ts';
import type { InstanceOptions } from '../reconcile/options.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import type { ServerMonitor } from '../server/server-monitor.ts';
import type { SafeMode } from './safe-mode.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';
import type { ServerWatch } from './watch-server.ts';

/** What the eyes and hands of a pass are made of. */
export interface PassDependencies {
  readonly options: InstanceOptions;
  readonly safeMode: SafeMode;
  readonly clock: Clock;
  readonly supervisor: PostmasterSupervisor;
  readonly monitor: ServerMonitor;
  readonly watch: ServerWatch;
  readonly holder: SnapshotHolder;
  /** Restarts the postmaster and waits until it accepts again. */
  readonly restart: () => Promise<Outcome>;
  /** Of the images that the last pass found to be leaving: those that nothing uses, as all databases were seen since. */
  readonly releasedImages: () => ReadonlySet<string>;
  readonly beforeActing: (soFar: PassReport) => void;
  readonly report: (report: PassReport) => void;
}
