/** Runs one task at a time; a trigger that comes during a run makes exactly one more run, however many come. */
export interface SingleFlight {
  /** Resolves when a run that began after this call has ended. */
  readonly trigger: () => Promise<void>;
  /** Resolves when nothing runs. */
  readonly idle: () => Promise<void>;
}

/** `task` must not throw: what went wrong is its own to report. */
export function singleFlight(task: () => Promise<void>): SingleFlight {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function start(): Promise<void> {
    const run = task().finally(() => {
      // In the same tick as the end of the run, so that no trigger falls between the two.
      if (running === run) running = undefined;
    });
    running = run;
    return run;
  }

  function trigger(): Promise<void> {
    // between the end of one run and the start of the next, nothing runs and yet there is one to come
    if (next !== undefined) return next;
    if (running === undefined) return start();
    next = running.then(() => {
      next = undefined;
      return start();
    });
    return next;
  }

  return { trigger, idle: async () => void (await (next ?? running)) };
}
