/**
 * What was cut short because its session was ended from outside, or there was none: nothing failed, so there is nothing
 * to tell, but it is to be done again soon. `undefined` stands for what concerns the whole server.
 */
export interface Interruptions {
  readonly note: (database: string | undefined) => void;
  readonly settle: (database: string | undefined) => void;
  /** What is to be done again now; each is told once. */
  readonly takeDue: () => ReadonlySet<string | undefined>;
  readonly nextMs: () => number | undefined;
  readonly clear: () => void;
}

interface Interruption {
  /** In a row. */
  readonly times: number;
  /** Undefined: it was told. */
  readonly nextMs: number | undefined;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

export function interruptions(now: () => number): Interruptions {
  const open = new Map<string | undefined, Interruption>();

  return {
    note: (database) => {
      const times = (open.get(database)?.times ?? 0) + 1;
      const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(times - 1, 10), longestPauseMs);
      open.set(database, { times, nextMs: now() + pauseMs });
    },
    settle: (database) => void open.delete(database),
    takeDue: () => {
      const due = [...open].filter(([, { nextMs }]) => nextMs !== undefined && nextMs <= now());
      for (const [database, { times }] of due) open.set(database, { times, nextMs: undefined });
      return new Set(due.map(([database]) => database));
    },
    nextMs: () => {
      const times = [...open.values()].flatMap(({ nextMs }) => nextMs ?? []);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    clear: () => open.clear(),
  };
}
