// ⚡ Hears from the log of a manager when it has looked at all databases.
import { setTimeout as delay } from 'node:timers/promises';

export interface DatabaseLooks {
  /** To be given each line of the log, which has to have the level debug. */
  readonly line: (line: string) => void;
  /** How many ms the next look takes that ends from now on and that was at so many databases. */
  readonly next: (fewestDatabases: number) => Promise<number>;
}

/** Whoever asks the status meanwhile makes the manager render it, and so changes what is measured. */
export function databaseLooks(patienceMs: number): DatabaseLooks {
  const waiting = new Set<{ readonly fewest: number; readonly resolve: (ms: number) => void }>();

  function line(text: string): void {
    if (!text.includes('"databases looked at"')) return;
    const databases = Number(/"databases":(\d+)/.exec(text)?.[1]);
    const ms = Number(/"ms":(\d+)/.exec(text)?.[1]);
    for (const one of waiting) {
      if (databases < one.fewest) continue;
      waiting.delete(one);
      one.resolve(ms);
    }
  }

  async function next(fewest: number): Promise<number> {
    const heard = Promise.withResolvers<number>();
    waiting.add({ fewest, resolve: heard.resolve });
    const ended = new AbortController();
    const patience = delay(patienceMs, undefined, { signal: ended.signal }).then(() => {
      throw new Error(`${fewest} databases were not looked at within ${patienceMs / 1_000} s`);
    });
    // When it is aborted, nobody waits for it any more.
    patience.catch(() => undefined);
    try {
      return await Promise.race([heard.promise, patience]);
    } finally {
      ended.abort();
    }
  }

  return { line, next };
}
