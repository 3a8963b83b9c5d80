/** Requests to stop, from signals. The first asks, each further one insists. */
export interface StopRequests {
  /** Calls `listener` for each request, also for those that came before it listened. */
  readonly subscribe: (listener: (signal: NodeJS.Signals) => void) => void;
  readonly isRequested: () => boolean;
}

interface SignalSource {
  readonly on: (signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void) => unknown;
}

/** Those with which PostgreSQL itself is stopped: https://www.postgresql.org/docs/18/server-shutdown.html */
const usualSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;

/** Begins to listen at once: as PID 1, a process that has no handler yet would lose the signal. */
export function stopRequests(source: SignalSource, signals: readonly NodeJS.Signals[] = usualSignals): StopRequests {
  const received: NodeJS.Signals[] = [];
  const listeners: ((signal: NodeJS.Signals) => void)[] = [];
  for (const signal of signals) {
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
