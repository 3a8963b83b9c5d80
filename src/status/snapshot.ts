import type { DatabasesReport } from '../databases/database-report.ts';
import type { Finding } from '../lib/finding.ts';
import type { Postmaster } from '../postmaster/postmaster-state.ts';
import type { ProcessStat } from '../postmaster/process-stat.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import type { RestartReason } from '../reconcile/restart-required.ts';
import type { EffectiveSetting } from '../server/effective-settings.ts';
import type { ServerAnswer } from '../server/server-answer.ts';

/** What somebody has taken from under the server. */
export interface Losses {
  /** postmaster.pid is not its own any more, and it has not ended. */
  readonly isLockFileLost: boolean;
  /** The path of the socket that it made and that is not there. */
  readonly lostSocket: string | undefined;
  /** The data folder that is gone, or empty: a volume that is not mounted any more, say. */
  readonly lostDataFolder: string | undefined;
}

export const nothingLost: Losses = { isLockFileLost: false, lostSocket: undefined, lostDataFolder: undefined };

/** The last look at the server, at most a second old when nothing is wrong. */
export interface Observation {
  readonly atMs: number;
  readonly process: ProcessStat['state'] | 'gone';
  /** Since when the process has been in that state. */
  readonly processSinceMs: number;
  readonly losses: Losses;
  /** Undefined: the server was not asked, because it is not up or is about to go down. */
  readonly answer: ServerAnswer | undefined;
}

export interface Counters {
  readonly reloads: { readonly applied: number; readonly failed: number };
  readonly restarts: { readonly done: number; readonly failed: number };
  /** PostgreSQL started all its processes again after one of them crashed; the postmaster lived on. */
  readonly crashRestarts: number;
}

/** All that status, probes and metrics are made of. Each part is immutable; a change replaces it. */
export interface Snapshot {
  readonly manager: { readonly version: string; readonly pid: number; readonly startedAtMs: number };
  readonly isInitializing: boolean;
  readonly postmaster: Postmaster;
  readonly observation: Observation | undefined;
  /** It has answered at least once since the manager started. */
  readonly hasAnswered: boolean;
  readonly pass: PassReport | undefined;
  /** Why the last pass could not be made to its end, if it could not. */
  readonly passFailure: string | undefined;
  /** Why the files of the configuration cannot be watched, if they cannot. */
  readonly watchFailure: string | undefined;
  readonly restartReasons: readonly RestartReason[];
  /** The merged parameters as the server has them, and where it has them from; empty while nobody can look. */
  readonly effective: readonly EffectiveSetting[];
  /** What the server itself showed to be wrong. */
  readonly serverFindings: readonly Finding[];
  /** What it runs without, because it did not start with it. */
  readonly safeMode: readonly Finding[];
  /** What is wrong with the files of certificate and token. */
  readonly accessFindings: readonly Finding[];
  /** What of an earlier postmaster keeps the next one from being started. */
  readonly startFindings: readonly Finding[];
  /** What is in the images and will not work. */
  readonly imageFindings: readonly Finding[];
  readonly databases: DatabasesReport;
  /** The FATAL and PANIC lines since the last start, the newest last. */
  readonly lastWords: readonly string[];
  readonly counters: Counters;
}
