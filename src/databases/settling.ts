import { isDeepStrictEqual } from 'node:util';
import type { DatabasesWish } from './databases-wish.ts';

/**
 * From a wish that is followed until all was looked at for it, and once more if an image can go. Passes that come faster
 * than that, and change nothing, must not begin it anew each time: it would never come to an end.
 */
export interface Settling {
  readonly begin: () => void;
  /** If it is over, it begins. */
  readonly goOn: () => void;
  /** Whether `next` is what all is being looked at for already; if so, it is remembered that there was one. */
  readonly putsOff: (wish: DatabasesWish | undefined, next: DatabasesWish) => boolean;
  /** Whether something was put off. */
  readonly end: () => boolean;
}

/** A statement can take minutes, and the other databases are not left alone for so long. */
const longestMs = 30_000;

export function settling(now: () => number): Settling {
  const held: { since: { readonly ms: number; readonly isPuttingOff: boolean } | undefined } = { since: undefined };
  const begin = (): void => {
    held.since = { ms: now(), isPuttingOff: false };
  };
  return {
    begin,
    goOn: () => {
      if (held.since === undefined) begin();
    },
    putsOff: (wish, next) => {
      const { since } = held;
      if (since === undefined || now() - since.ms >= longestMs || !isDeepStrictEqual(wish, next)) return false;
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
