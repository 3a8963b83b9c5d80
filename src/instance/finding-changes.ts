import type { Finding } from '../lib/finding.ts';

export interface FindingChanges {
  readonly come: readonly Finding[];
  readonly gone: readonly Finding[];
}

/**
 * What is worth a line in the log. A finding whose words have changed has not gone; and one that only informs is not
 * told again for that, since it counts what is still being looked at.
 */
export function findingChanges(before: readonly Finding[], now: readonly Finding[]): FindingChanges {
  const known = new Set(before.map(keyOf));
  const current = new Set(now.map(keyOf));
  const come = [...new Map(now.map((finding) => [keyOf(finding), finding])).values()].filter(
    (finding) => !known.has(keyOf(finding)),
  );
  const reworded = new Set(come.map(aboutOf));
  const gone = before.filter((finding) => !current.has(keyOf(finding)) && !reworded.has(aboutOf(finding)));
  return { come, gone };
}

function keyOf({ severity, reason, subject, message }: Finding): string {
  return JSON.stringify(severity === 'info' ? [severity, reason, subject] : [severity, reason, subject, message]);
}

function aboutOf({ reason, subject }: Finding): string {
  return JSON.stringify([reason, subject]);
}
