import type { InstanceFolderOptions } from '../../integration/run/instance-folder.ts';
import type { Day } from './day.ts';
import type { Allowed } from './sample.ts';

/** One kind of bad day. Its name is a sentence that says what happens and what becomes of it. */
export interface Scenario {
  readonly name: string;
  /** What a person finds in the log, in one line each. */
  readonly says: readonly RegExp[];
  /**
   * How it is over: `stopped`: it goes on until it is asked to stop, and ends with 0; a number: the manager has ended by
   * itself with that documented exit code; `killed`: the scenario itself has killed the last one.
   */
  readonly ends: 'stopped' | 'killed' | number;
  readonly instance?: InstanceFolderOptions;
  readonly allowed?: Allowed;
  /** `gone`: the scenario destroys the data folder, so there is nothing to look at afterwards. */
  readonly data?: 'kept' | 'gone';
  /** The shutdown may not be a clean one, for the reason that is said here. */
  readonly unclean?: string;
  readonly timeoutMs?: number;
  /** Why it cannot be had on this machine; undefined: it can. */
  readonly lacks?: () => string | undefined;
  readonly run: (day: Day) => Promise<void>;
}

/** What came of one run of a scenario. */
export interface RunResult {
  readonly name: string;
  readonly seed: number;
  readonly outcome: 'passed' | 'failed' | 'left out';
  /** What was wrong, or why it was left out. */
  readonly complaints: readonly string[];
  readonly acknowledged: number;
  readonly inDoubt: number;
  readonly lostSessions: number;
  readonly tookMs: number;
}
