import type { AttemptLedger } from './attempt-ledger.ts';
import type { Interruptions } from './interruptions.ts';

export interface DueAgain {
  readonly isServer: boolean;
  readonly databases: readonly string[];
}

/** What failed or was cut short and is to be tried again now; each is told once. */
export function takeDue(ledger: AttemptLedger, interrupted: Interruptions): DueAgain {
  const failed = ledger.takeDue();
  const cutShort = interrupted.takeDue();
  return {
    isServer: cutShort.has(undefined) || failed.some(({ item }) => item.kind === 'database'),
    databases: [
      ...failed.filter(({ item }) => item.kind !== 'database').map(({ database }) => database),
      ...[...cutShort].filter((database) => database !== undefined),
    ],
  };
}

/** Infinity: nothing waits. */
export function nextDueMs(ledger: AttemptLedger, interrupted: Interruptions): number {
  return Math.min(...[ledger.nextTryMs(), interrupted.nextMs()].filter((ms) => ms !== undefined));
}
