import { assertNever } from '../lib/assert-never.ts';
import type { Snapshot } from './snapshot.ts';

/** One word for where the instance is in its life. */
export type Phase =
  | 'Initializing'
  | 'Starting'
  | 'Recovering'
  | 'Running'
  | 'Frozen'
  | 'Restarting'
  | 'CrashBackoff'
  | 'Stopping'
  | 'Stopped';

export function phaseOf(snapshot: Snapshot): Phase {
  const { state } = snapshot.postmaster;
  if (snapshot.isInitializing) return 'Initializing';
  switch (state.kind) {
    case 'stopped':
    case 'spawning':
    case 'held-up':
    case 'starting':
      return 'Starting';
    case 'recovering':
      return 'Recovering';
    case 'accepting':
      return snapshot.observation?.process === 'frozen' ? 'Frozen' : 'Running';
    case 'stopping':
      return state.purpose === 'restart' ? 'Restarting' : 'Stopping';
    case 'backoff':
      return 'CrashBackoff';
    case 'ended':
      return 'Stopped';
    default:
      return assertNever(state);
  }
}
