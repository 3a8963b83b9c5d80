/** Requests to stop, from signals. The first asks, each further one insists. */
export interface StopRequests {
  /** Calls `listener` for each request, also for those that came before it listened. */
  readonly subscribe: (listener: (signal: NodeJS.Signals) => void) => void;
  readonly isRequested: () => boolean;
}

interface SignalSource {
  readonly on: (signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void) => unknown;
}

/** Begins to listen at once: as PID 1, a process that has no handler yet would lose the signal. */
export function stopRequests(source: SignalSource): StopRequests {
  const received: NodeJS.Signals[] = [];
  const listeners: ((signal: NodeJS.Signals) => void)[] = [];
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) {
    source.on(signal, () => {
      received.push(signal);
      for (const listener of listeners) listener(signal);
    });
  }
  return {
    subscribe: (listener) => {
      listeners.push(listener);
      for (const signal of received) listener(signal);
    },
    isRequested: () => received.length > 0,
  };
}
