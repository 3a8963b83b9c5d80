import { isDeepStrictEqual } from 'node:util';
import type { DatabasesWish } from './databases-wish.ts';

/**
 * From a wish that lets images go until all databases were looked at for it, once more if something can go, and a moment longer
 * for that to be heard. Passes that come faster, and change nothing, must not begin it anew each time: it would never come to an
 * end.
 */
export interface Settling {
  readonly begin: () => void;
  /** If it is over, it begins. */
  readonly goOn: () => void;
  /** All is said, and counts for a moment. */
  readonly linger: () => void;
  /** Whether `next` is what all is being looked at for already; if so, it is remembered that there was one. */
  readonly putsOff: (wish: DatabasesWish, next: DatabasesWish) => boolean;
  /** Whether something was put off. */
  readonly end: () => boolean;
}

/** A statement can take minutes; what somebody changes in the other databases meanwhile is not put right for so long at most. */
const longestMs = 5 * 60_000;
/** For a pass that is under way, and the one after it. */
export const lingeringMs = 5_000;

export function settling(now: () => number): Settling {
  const held: { since: { readonly endMs: number; readonly isPuttingOff: boolean } | undefined } = { since: undefined };
  const forSoLong = (ms: number): void => {
    held.since = { endMs: now() + ms, isPuttingOff: false };
  };
  return {
    begin: () => forSoLong(longestMs),
    goOn: () => {
      if (held.since === undefined) forSoLong(longestMs);
    },
    linger: () => forSoLong(lingeringMs),
    putsOff: (wish, next) => {
      const { since } = held;
      if (since === undefined || now() >= since.endMs || next.leaving.length === 0) return false;
      if (!isDeepStrictEqual(wish, next)) return false;
      held.since = { ...since, isPuttingOff: true };
      return true;
    },
    end: () => {
      const { since } = held;
      held.since = undefined;
      return since?.isPuttingOff === true;
    },
  };
}
