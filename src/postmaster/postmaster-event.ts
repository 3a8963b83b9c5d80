import type { ExitStatus } from './exit-status.ts';
import type { ShutdownMode } from './shutdown-mode.ts';

/** What happens to a postmaster, or is asked of it. */
export type PostmasterEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'spawned'; readonly pid: number }
  /** It was started by a manager that has died. */
  | { readonly kind: 'adopted'; readonly pid: number }
  | { readonly kind: 'spawn-failed' }
  /** It must not be started now; the way is looked at again after this. */
  | { readonly kind: 'held-up'; readonly forMs: number }
  /** It lives, but nothing will ever come of it. */
  | { readonly kind: 'stuck' }
  | { readonly kind: 'answered'; readonly answer: 'accepting' | 'rejecting' }
  /** `giveUp`: no further start can succeed; the code to end with. */
  | { readonly kind: 'exited'; readonly status: ExitStatus; readonly giveUp?: number | undefined }
  | { readonly kind: 'stop' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'timer' };

/** What is to be done about it. */
export type PostmasterCommand =
  | { readonly kind: 'spawn' }
  | { readonly kind: 'signal'; readonly pid: number; readonly mode: ShutdownMode }
  /** One timer: the newest replaces the one before, and it is a mere hint to look again. */
  | { readonly kind: 'arm-timer'; readonly afterMs: number }
  | { readonly kind: 'end'; readonly exitCode: number };
