import { statSync } from 'node:fs';

/** Nothing is there; what cannot be looked at counts as there. */
export function isGone(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
