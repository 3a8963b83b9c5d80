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
  const whole = new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`, 's');
  return whole.test(title) || whole.test(`${image}/${title}`);
}
