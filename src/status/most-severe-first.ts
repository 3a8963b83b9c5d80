import type { Finding } from '../lib/finding.ts';

const order = { error: 0, warning: 1, info: 2 } as const satisfies Record<Finding['severity'], number>;

/** Those of the same severity stay in their order. */
export function mostSevereFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => order[a.severity] - order[b.severity]);
}
