import type { ObservedRow } from '../measured-row.ts';
import type { Contender } from './contender.ts';
import type { Engine } from './engine.ts';

/** What a measurement of containers is given. */
export interface ContainerBenchContext {
  readonly engine: Engine;
  /** Ours, bare, and the peer if there is one. */
  readonly contenders: readonly Contender[];
  /** An address of this machine that is not the loopback's. */
  readonly host: string;
  /** A folder with one SQL script. */
  readonly initScripts: string;
  readonly runs: number;
}

export interface ContainerMeasurement {
  readonly name: string;
  readonly measure: (context: ContainerBenchContext) => Promise<readonly ObservedRow[]>;
}
