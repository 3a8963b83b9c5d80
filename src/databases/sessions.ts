import type { Client } from 'pg';
import type { SqlFailure } from './execute-statement.ts';

/** `look`: reads only, and reads also where a library is gone. `work`: for statements that change something. */
export type SessionKind = 'look' | 'work';

export type Opened =
  | { readonly kind: 'open'; readonly client: Client }
  /** `isServerGone`: it is not up, as opposed to one that does not let us into this database. */
  | { readonly kind: 'refused'; readonly failure: SqlFailure; readonly isServerGone: boolean };

/** The sessions of the manager in the databases; never more than a few at a time, which is up to the caller. */
export interface Sessions {
  /** `database` undefined: any that is there, for what concerns the whole server. Never throws. */
  readonly open: (database: string | undefined, kind: SessionKind) => Promise<Opened>;
  /** Never throws. */
  readonly close: (client: Client | undefined) => Promise<void>;
  /** Ends all at once: a smart shutdown waits for sessions. */
  readonly closeAll: () => Promise<void>;
}
