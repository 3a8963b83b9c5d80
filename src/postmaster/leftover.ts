import type { ProcessStat } from './process-stat.ts';

/** A process that stands in the data folder and has shared memory of a server attached. */
export interface ServerProcess {
  readonly pid: number;
  readonly startTicks: number;
  readonly state: ProcessStat['state'];
  /** What PostgreSQL shows as its command line: https://www.postgresql.org/docs/18/monitoring-ps.html */
  readonly title: string;
  readonly parentPid: number;
  /** The parent runs the same executable: a child of a living postmaster. Undefined: the parent cannot be looked at. */
  readonly isChildOfServer: boolean | undefined;
}

/** What keeps a new postmaster from being started. */
export interface Leftovers {
  /** Processes of a postmaster that has died. Nobody will ever end them, and a new server recovers from whatever they did. */
  readonly orphans: readonly ServerProcess[];
  /** Everything else: a server that lives, or what may be one. It is never touched. */
  readonly living: readonly ServerProcess[];
}

const childTitle = 'postgres: ';

/**
 * A process only gets another parent when its own has died. So who has the title of a postmaster's child and a parent
 * that is no server is an orphan. Pid 0 is a parent outside of what this manager can see.
 */
export function sortLeftovers(processes: readonly ServerProcess[]): Leftovers {
  const alive = processes.filter(({ state }) => state !== 'defunct');
  const isOrphan = ({ title, parentPid, isChildOfServer }: ServerProcess): boolean =>
    title.startsWith(childTitle) && parentPid > 0 && isChildOfServer === false;
  return { orphans: alive.filter(isOrphan), living: alive.filter((one) => !isOrphan(one)) };
}

/**
 * What to tell an orphan that has been known for so long: what PostgreSQL tells a session that is to be terminated, what
 * an immediate shutdown tells all, and what that does after five more seconds. A backend that computes hears the first
 * where it looks for interrupts, the second at once.
 */
export function signalForOrphan(ageMs: number): 'SIGTERM' | 'SIGQUIT' | 'SIGKILL' {
  if (ageMs < askedToEndMs) return 'SIGTERM';
  return ageMs < askedToEndMs + toldToQuitMs ? 'SIGQUIT' : 'SIGKILL';
}

const askedToEndMs = 2_000;
const toldToQuitMs = 5_000;

/** `4711 (postgres: app app 10.0.0.7(4242) SELECT)`; the longest lists are cut. */
export function nameProcesses(processes: readonly ServerProcess[]): string {
  const names = processes.slice(0, mostNamed).map(({ pid, title }) => `${pid} (${title.slice(0, longestTitle)})`);
  const more = processes.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

const mostNamed = 5;
const longestTitle = 100;
