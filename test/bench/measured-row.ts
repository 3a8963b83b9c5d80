import { type Statistic, type Summary, summarize } from './statistics.ts';

export type Unit = 'ms' | 'MiB' | '%';

/** A line of the table. */
export interface MeasuredRow {
  readonly what: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
  readonly summary: Summary;
  /** The same without the manager, taken in turns with it. */
  readonly beside:
    | { readonly what: string; readonly samples: readonly number[]; readonly summary: Summary }
    | undefined;
  /** Undefined: a number to compare with, that is to reach nothing. */
  readonly target: Target | undefined;
  /** One sentence on what exactly was measured, for who doubts the number. */
  readonly note: string;
}

/** A line with how calm the machine was: the share of all cores, in percent, that others than the bench used. */
export interface ObservedRow extends MeasuredRow {
  readonly othersPercent: number;
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
  readonly beside?: { readonly what: string; readonly samples: readonly number[] };
  readonly target?: (beside: Summary | undefined) => Target;
  readonly note: string;
}

export function measuredRow({ what, unit, samples, beside, target, note }: RowParts): MeasuredRow {
  const besideIt = beside === undefined ? undefined : { ...beside, summary: summarize(beside.samples) };
  return {
    what,
    unit,
    samples,
    summary: summarize(samples),
    beside: besideIt,
    target: target?.(besideIt?.summary),
    note,
  };
}

export function judge({ summary, target }: Pick<MeasuredRow, 'summary' | 'target'>): Verdict {
  if (target === undefined) return { kind: 'none' };
  const measured = summary[target.statistic];
  return measured <= target.limit
    ? { kind: 'met', measured }
    : { kind: 'missed', measured, by: measured - target.limit };
}
