import type { Step } from './verification-step.ts';

/** A step that failed as somebody said that it would does not count as failed. */
export function markKnown(step: Step, patterns: readonly string[]): Step {
  const { outcome } = step;
  if (outcome.result !== 'failed' || !patterns.some((pattern) => fits(pattern, step))) return step;
  return { ...step, outcome: { ...outcome, result: 'known' } };
}

/** The patterns that fit no step that failed: what they were for is mended, or they never fitted. */
export function unusedPatterns(patterns: readonly string[], steps: readonly Step[]): readonly string[] {
  const known = steps.filter(({ outcome }) => outcome.result === 'known');
  return patterns.filter((pattern) => !known.some((step) => fits(pattern, step)));
}

/** The title of a step, or its image before that: `DROP EXTENSION geo`, `geo-image/update from 1.*`. */
function fits(pattern: string, { image, title }: Step): boolean {
  return [title, `${image}/${title}`].some((name) => fitsName(pattern.split('*'), name));
}

/** The pieces between the stars, in their order; from left to right, so that it takes no time. */
function fitsName([first = '', ...rest]: readonly string[], name: string): boolean {
  const last = rest.at(-1);
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest.slice(0, -1)) {
    const at = name.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}
