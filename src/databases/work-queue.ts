/** What waits to be worked on, a few at a time; what is added while it is worked on comes again. */
export interface WorkQueue<Job extends string | symbol> {
  /** In this order, behind what waits already; the urgent ones come before all others. */
  readonly add: (jobs: readonly Job[], urgent?: ReadonlySet<Job>) => void;
  /** Forgets what waits; what is being worked on goes on. */
  readonly clear: () => void;
  readonly isIdle: () => boolean;
}

/** `work` must not throw. `idle` is called each time when nothing waits and nothing is worked on any more. */
export function workQueue<Job extends string | symbol>(
  most: number,
  work: (job: Job) => Promise<void>,
  idle: () => void,
): WorkQueue<Job> {
  const waiting = new Map<Job, 'urgent' | 'normal'>();
  const running = new Set<Job>();

  function pump(): void {
    while (running.size < most) {
      const job = pick();
      if (job === undefined) break;
      waiting.delete(job);
      running.add(job);
      void work(job).finally(() => {
        running.delete(job);
        if (waiting.size === 0 && running.size === 0) idle();
        else pump();
      });
    }
  }

  function pick(): Job | undefined {
    const free = [...waiting].filter(([job]) => !running.has(job));
    const next = free.find(([, urgency]) => urgency === 'urgent') ?? free[0];
    return next?.[0];
  }

  return {
    add: (jobs, urgent = new Set()) => {
      for (const job of jobs) {
        if (urgent.has(job) || !waiting.has(job)) waiting.set(job, urgent.has(job) ? 'urgent' : 'normal');
      }
      pump();
    },
    clear: () => waiting.clear(),
    isIdle: () => waiting.size === 0 && running.size === 0,
  };
}
