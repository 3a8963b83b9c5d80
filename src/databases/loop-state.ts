import type { Finding } from '../lib/finding.ts';
import type { Conclusion } from './conclude-looks.ts';
import type { DatabasesWish } from './databases-wish.ts';
import type { ReconciledServer } from './reconcile-server.ts';

/** All databases are looked at for one wish. */
export interface Round {
  /** What was followed. */
  readonly followed: DatabasesWish;
  /** The same; in a round that confirms, a copy, so that looks of an earlier round do not count. */
  readonly wish: DatabasesWish;
  /** An image goes only if all databases were looked at once more: somebody may have begun to use it meanwhile. */
  readonly isConfirming: boolean;
  readonly reconciled: ReconciledServer;
  readonly startedAtMs: number;
  readonly updateTargets: Map<string, readonly string[]>;
}

/** What the databases loop holds between its steps; it changes. */
export interface LoopState {
  wish: DatabasesWish | undefined;
  round: Round | undefined;
  conclusion: { readonly wish: DatabasesWish; readonly conclusion: Conclusion } | undefined;
  concluded: Round | undefined;
  /** For which there was something to let go, if all databases say so once more. */
  toConfirm: DatabasesWish | undefined;
  isPaused: boolean;
  scripts: readonly Finding[];
  lastRoundMs: number | undefined;
  rest: AbortController;
}

export function newLoopState(): LoopState {
  return {
    ...{
      wish: undefined,
      round: undefined,
      conclusion: undefined,
      concluded: undefined,
      toConfirm: undefined,
      isPaused: false,
      scripts: [],
      lastRoundMs: undefined,
    },
    rest: new AbortController(),
  };
}
