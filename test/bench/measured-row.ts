import { type Statistic, type Summary, summarize } from './statistics.ts';

export type Unit = 'ms' | 'MiB' | 'MB' | '%';

/** A line of the table. */
export interface MeasuredRow {
  readonly what: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
  readonly summary: Summary;
  /** The same without the manager, taken in turns with it. */
  readonly beside: Other | undefined;
  /** Somebody else's program for the same purpose, in the same turns. */
  readonly peer: Other | undefined;
  /** Undefined: a number to compare with, that is to reach nothing. */
  readonly target: Target | undefined;
  /** One sentence on what exactly was measured, for who doubts the number. */
  readonly note: string;
}

export interface Other {
  readonly what: string;
  readonly samples: readonly number[];
  readonly summary: Summary;
}

/** A line with how calm the machine was: the share of all cores, in percent, that others than the bench used; undefined where that is all the same. */
export interface ObservedRow extends MeasuredRow {
  readonly othersPercent: number | undefined;
}

export interface Target {
  readonly statistic: Statistic;
  /** The largest value that is good. */
  readonly limit: number;
  /** As people say it: `bare + 120 ms`. */
  readonly text: string;
}

export type Verdict =
  | { readonly kind: 'met'; readonly measured: number }
  | { readonly kind: 'missed'; readonly measured: number; readonly by: number }
  | { readonly kind: 'none' };

interface RowParts {
  readonly what: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
  readonly beside?: Omit<Other, 'summary'> | undefined;
  readonly peer?: Omit<Other, 'summary'> | undefined;
  readonly target?: (beside: Summary | undefined, peer: Summary | undefined) => Target | undefined;
  readonly note: string;
}

export function measuredRow({ what, unit, samples, beside, peer, target, note }: RowParts): MeasuredRow {
  const besideIt = summarized(beside);
  const peerOfIt = summarized(peer);
  return {
    what,
    unit,
    samples,
    summary: summarize(samples),
    beside: besideIt,
    peer: peerOfIt,
    target: target?.(besideIt?.summary, peerOfIt?.summary),
    note,
  };
}

function summarized(other: Omit<Other, 'summary'> | undefined): Other | undefined {
  return other === undefined ? undefined : { ...other, summary: summarize(other.samples) };
}

export function judge({ summary, target }: Pick<MeasuredRow, 'summary' | 'target'>): Verdict {
  if (target === undefined) return { kind: 'none' };
  const measured = summary[target.statistic];
  return measured <= target.limit
    ? { kind: 'met', measured }
    : { kind: 'missed', measured, by: measured - target.limit };
}
