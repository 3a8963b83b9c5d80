import type { DatabasesReport } from '../databases/database-report.ts';
import type { Finding } from '../lib/finding.ts';
import type { Postmaster } from '../postmaster/postmaster-state.ts';
import type { ProcessStat } from '../postmaster/process-stat.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import type { RestartReason } from '../reconcile/restart-required.ts';
import type { EffectiveSetting } from '../server/effective-settings.ts';
import type { ServerAnswer } from '../server/server-answer.ts';

/** The last look at the server, at most a second old when nothing is wrong. */
export interface Observation {
  readonly atMs: number;
  readonly process: ProcessStat['state'] | 'gone';
  /** Since when the process has been in that state. */
  readonly processSinceMs: number;
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
  readonly restartReasons: readonly RestartReason[];
  /** The merged parameters as the server has them, and where it has them from; empty while nobody can look. */
  readonly effective: readonly EffectiveSetting[];
  /** What the server itself showed to be wrong. */
  readonly serverFindings: readonly Finding[];
  readonly databases: DatabasesReport;
  /** The FATAL and PANIC lines since the last start, the newest last. */
  readonly lastWords: readonly string[];
  readonly counters: Counters;
}
