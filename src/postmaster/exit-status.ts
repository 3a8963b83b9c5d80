import { constants } from 'node:os';
import { assertNever } from '../lib/assert-never.ts';

/** How a child process ended. */
export type ExitStatus =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** Nobody who could know has told: it was somebody else's child. */
  | { readonly kind: 'unknown' };

/** As a shell reports it: the code, or 128 + the number of the signal. An unknown one counts as 0. */
export function exitStatusCode(status: ExitStatus): number {
  switch (status.kind) {
    case 'code':
      return status.code;
    case 'signal':
      return 128 + constants.signals[status.signal];
    case 'unknown':
      return 0;
    default:
      return assertNever(status);
  }
}

export function describeExitStatus(status: ExitStatus): string {
  switch (status.kind) {
    case 'code':
      return `exit code ${status.code}`;
    case 'signal':
      return `signal ${status.signal}`;
    case 'unknown':
      return 'unknown: it was not our child';
    default:
      return assertNever(status);
  }
}
