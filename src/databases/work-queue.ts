/** Names that are waiting to be worked on, a few at a time; a name that is added while it is worked on comes again. */
export interface WorkQueue {
  /** In this order, behind what waits already; the urgent ones come before all others. */
  readonly add: (names: readonly string[], urgent?: ReadonlySet<string>) => void;
  /** Forgets what waits; what is being worked on goes on. */
  readonly clear: () => void;
  readonly isIdle: () => boolean;
}

/** `work` must not throw. `idle` is called each time when nothing waits and nothing is worked on any more. */
export function workQueue(most: number, work: (name: string) => Promise<void>, idle: () => void): WorkQueue {
  const waiting = new Map<string, 'urgent' | 'normal'>();
  const running = new Set<string>();

  function pump(): void {
    while (running.size < most) {
      const next = pick();
      if (next === undefined) break;
      waiting.delete(next);
      running.add(next);
      void work(next).finally(() => {
        running.delete(next);
        if (waiting.size === 0 && running.size === 0) idle();
        else pump();
      });
    }
  }

  function pick(): string | undefined {
    const free = [...waiting].filter(([name]) => !running.has(name));
    return (free.find(([, urgency]) => urgency === 'urgent') ?? free[0])?.[0];
  }

  return {
    add: (names, urgent = new Set()) => {
      for (const name of names) {
        if (urgent.has(name) || !waiting.has(name)) waiting.set(name, urgent.has(name) ? 'urgent' : 'normal');
      }
      pump();
    },
    clear: () => waiting.clear(),
    isIdle: () => waiting.size === 0 && running.size === 0,
  };
}
