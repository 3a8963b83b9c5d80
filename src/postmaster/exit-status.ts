import { constants } from 'node:os';

/** How a child process ended. */
export type ExitStatus =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals };

/** As a shell reports it: the code, or 128 + the number of the signal. */
export function exitStatusCode(status: ExitStatus): number {
  return status.kind === 'code' ? status.code : 128 + constants.signals[status.signal];
}

export function describeExitStatus(status: ExitStatus): string {
  return status.kind === 'code' ? `exit code ${status.code}` : `signal ${status.signal}`;
}
