/** https://www.postgresql.org/docs/18/server-shutdown.html */
export type ShutdownMode = 'smart' | 'fast' | 'immediate';

export const shutdownSignal = {
  smart: 'SIGTERM',
  fast: 'SIGINT',
  immediate: 'SIGQUIT',
} as const satisfies Record<ShutdownMode, NodeJS.Signals>;

/** Signals to a postmaster only get stronger. */
export const strongerMode = {
  smart: 'fast',
  fast: 'immediate',
  immediate: 'immediate',
} as const satisfies Record<ShutdownMode, ShutdownMode>;

/**
 * How long a mode may take before the next one, so that all of them end within the budget. An immediate shutdown kills
 * what does not go by itself after 5 s, so that much is kept back for it, or a quarter of a small budget.
 */
export function patienceMs(mode: ShutdownMode, budgetMs: number): number | undefined {
  const reserveMs = Math.min(6_000, budgetMs / 4);
  if (mode === 'immediate') return undefined;
  return mode === 'fast' ? budgetMs - reserveMs : (budgetMs - reserveMs) / 2;
}
