import type { BareTwin } from './bare-postgres.ts';
import type { MeasuredRow } from './measured-row.ts';
import type { Place, Workshop } from './workshop.ts';

/** What a measurement is given. */
export interface BenchContext {
  readonly workshop: Workshop;
  /** The cluster that the manager runs, and its twin; both are down, cleanly, before and after a measurement. */
  readonly managed: Place;
  readonly bare: BareTwin;
  /** How many samples are taken of each. */
  readonly runs: number;
}

export interface Measurement {
  readonly name: string;
  readonly measure: (context: BenchContext) => Promise<readonly MeasuredRow[]>;
}
