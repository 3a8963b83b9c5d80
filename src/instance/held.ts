import { type LastWords, nothingSaid } from '../postmaster/last-words.ts';
import { type CollectedLogEnd, noCollectedLog } from '../postmaster/observe-collected-log.ts';

/** What an instance knows from one event to the next. */
export interface Held {
  lookAgain: () => Promise<void>;
  hasStarted: boolean;
  words: LastWords;
  /** The lines of a start, for as long as it is one. */
  said: readonly string[];
  /** The postmaster that was started last has let clients in. */
  hasComeUp: boolean;
  /** Which process of it PostgreSQL said to have crashed. */
  lastCrash: string | undefined;
  /** How far its own log files had come before it was started last. */
  collected: CollectedLogEnd;
  diskLookAtMs: number;
  /** Why PostgreSQL is not started again. */
  hopeless: string | undefined;
}

export function nothingHeld(): Held {
  return {
    ...{ lookAgain: () => Promise.resolve(), hasStarted: false },
    ...{
      words: nothingSaid,
      said: [],
      hasComeUp: false,
      lastCrash: undefined,
      collected: noCollectedLog,
      diskLookAtMs: 0,
      hopeless: undefined,
    },
  };
}
