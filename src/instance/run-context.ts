import type { InitLink } from '../init/init-link.ts';
import type { Clock, WallClock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { StopRequests } from '../lib/stop-requests.ts';
import type { AccessReading } from './access-reading.ts';

/** What comes in from outside: identity, time, log, signals. */
export interface RunContext {
  readonly version: string;
  readonly pid: number;
  /** Where the program itself is, and what belongs to it. */
  readonly programDirectory: string;
  readonly clock: Clock;
  readonly wallClock: WallClock;
  readonly logger: Logger;
  readonly stop: StopRequests;
  /** Undefined: the manager was not started by an init of ours. */
  readonly init: InitLink | undefined;
  /** Certificate and token of the addresses, as read before root was given up. */
  readonly access: AccessReading;
  /** In the configuration that it is started with. */
  readonly hasExtensions: boolean;
  /** SIGHUP means what it means to PostgreSQL: read the configuration anew. */
  readonly onHangUp: (listener: () => void) => void;
}
