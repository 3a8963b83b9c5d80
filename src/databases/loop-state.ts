import type { Finding } from '../lib/finding.ts';
import { type Conclusion, findingsMeanwhile } from './conclude-looks.ts';
import type { DatabasesWish } from './databases-wish.ts';
import { busyDatabases, type SeenServer } from './reconcile-server.ts';
import { lingeringMs } from './settling.ts';

/** All databases are looked at for one wish. */
export interface Round {
  /** What was followed. */
  readonly followed: DatabasesWish;
  /** The same; or a copy, so that looks of an earlier round do not count. */
  readonly wish: DatabasesWish;
  /** An image goes only if all databases were looked at once more: somebody may have begun to use it meanwhile. */
  readonly isConfirming: boolean;
  readonly seen: SeenServer;
  /** Databases that are being created, altered or dropped beside the looks: what counts is the round after that. */
  readonly busy: ReadonlySet<string>;
  /** Databases that are looked into. */
  readonly names: ReadonlySet<string>;
  readonly startedAtMs: number;
  readonly updateTargets: Map<string, readonly string[]>;
}

/** What the round after this one is for, if nothing else is followed meanwhile. */
export type NextRound =
  /** Some databases as such were seen to, whether it helped or not. */
  | { readonly kind: 'settled'; readonly wish: DatabasesWish; readonly attempted: ReadonlySet<string> }
  /** There was something to let go, if all databases say so once more. */
  | { readonly kind: 'confirm'; readonly wish: DatabasesWish }
  /** The same was followed again during the looks. */
  | { readonly kind: 'again'; readonly wish: DatabasesWish };

/** What all databases have said. */
export interface Concluded {
  readonly wish: DatabasesWish;
  readonly atMs: number;
  readonly conclusion: Conclusion;
}

/** What the databases loop holds between its steps; it changes. */
export interface LoopState {
  wish: DatabasesWish | undefined;
  round: Round | undefined;
  conclusion: Concluded | undefined;
  concluded: Round | undefined;
  next: NextRound | undefined;
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
      next: undefined,
      isPaused: false,
      scripts: [],
      lastRoundMs: undefined,
    },
    rest: new AbortController(),
  };
}

/** `names`: the databases that could be looked into; `next`: what was said before that this round is for. */
export function newRound(
  seen: SeenServer,
  names: ReadonlySet<string>,
  { wish, next, startedAtMs }: Pick<LoopState, 'next'> & Pick<Round, 'wish' | 'startedAtMs'>,
): Round {
  const busy = busyDatabases(seen);
  const isConfirming = next?.kind === 'confirm' && next.wish === wish && busy.size === 0;
  const isAgain = next?.kind === 'again' && next.wish === wish;
  return {
    ...{ followed: wish, wish: isConfirming || isAgain ? { ...wish } : wish, isConfirming },
    ...{ seen, busy, names: names.difference(busy), startedAtMs, updateTargets: new Map() },
  };
}

/** Databases that were seen to for this wish just now. */
export function justAttempted(next: NextRound | undefined, wish: DatabasesWish): ReadonlySet<string> {
  return next?.kind === 'settled' && next.wish === wish ? next.attempted : new Set();
}

/** Somebody may begin to use an image at any time, so what was seen counts for a moment. */
export function freeOf({ conclusion: concluded }: LoopState, wish: DatabasesWish, nowMs: number): ReadonlySet<string> {
  const counts = concluded?.wish === wish && nowMs - concluded.atMs < lingeringMs;
  return counts ? concluded.conclusion.free : new Set();
}

export function findingsOf({ wish, conclusion: concluded, scripts }: LoopState): readonly Finding[] {
  return [...(wish === undefined ? [] : findingsMeanwhile(concluded?.conclusion.findings ?? [], wish)), ...scripts];
}
