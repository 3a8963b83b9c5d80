import { escapeControls } from './escape-controls.ts';

/**
 * A name inside a sentence for people: as it is when it is a plain word, else in quotes and without characters that do
 * something to a terminal or cannot be seen.
 */
export function showName(name: string): string {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_$.-]*$/u.test(name) ? name : `"${escapeControls(name)}"`;
}
