import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { hearLine, nothingSaid } from '../postmaster/last-words.ts';
import { observeCollectedLog, observeCollectedLogEnd } from '../postmaster/observe-collected-log.ts';
import { parsePostgresLogLine } from '../postmaster/postmaster-log.ts';
import type { Held } from './held.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';

export interface HearOutPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holder: SnapshotHolder;
  readonly dataDirectory: string;
  /** Of the start that has failed. */
  readonly held: Pick<Held, 'words' | 'hasComeUp' | 'collected'>;
  readonly postmasterPid: number | undefined;
}

/** The collector writes on for a moment after the postmaster has ended. */
const looks = 10;
const betweenLooksMs = 30;

/**
 * Why a server ended that has said nothing to us: with logging_collector on, what it says goes to a file of its own.
 * https://www.postgresql.org/docs/18/runtime-config-logging.html#GUC-LOGGING-COLLECTOR
 */
export async function hearOut(ports: HearOutPorts): Promise<readonly string[]> {
  const { clock, dataDirectory, postmasterPid } = ports;
  const { words, hasComeUp, collected } = ports.held;
  const { index } = observeCollectedLogEnd(dataDirectory);
  if (words.shown.length > 0 || index === '' || index === collected.index) return words.shown;
  const listening = { postmasterPid, isAccepting: hasComeUp };
  for (let look = 0; look < looks; look += 1) {
    const said = observeCollectedLog(dataDirectory, collected).map(parsePostgresLogLine);
    const heard = said.reduce((before, line) => hearLine(before, line, listening), nothingSaid).shown;
    if (heard.length > 0) {
      ports.logger.warn({ lastFatal: heard }, 'why PostgreSQL ended stands in its own log file');
      ports.holder.update({ lastWords: heard });
      return heard;
    }
    await clock.sleep(betweenLooksMs);
    // The next one has been started: what is said now is said by it.
    if (observeCollectedLogEnd(dataDirectory).index !== index) break;
  }
  return words.shown;
}
