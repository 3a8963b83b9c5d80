import type { Finding } from '../lib/finding.ts';
import type { Logger } from '../lib/logger.ts';
import { findingChanges } from './finding-changes.ts';

const level = { error: 'error', warning: 'warn', info: 'info' } as const satisfies Record<Finding['severity'], string>;
/** When hundreds of databases have the same trouble at once; the status lists more of them. */
const mostLinesOfOneReason = 20;

/** Logs a finding when it comes and when it goes, not in every pass between. */
export function findingLog(logger: Logger): (findings: readonly Finding[]) => void {
  const held: { known: readonly Finding[] } = { known: [] };
  return (findings) => {
    const { come, gone } = findingChanges(held.known, findings);
    held.known = findings;
    tell(come, ({ severity, message }) => [level[severity], message, {}], 'findings of this reason');
    tell(gone, ({ message }) => ['info', 'finding is gone', { was: message }], 'findings of this reason are gone');
  };

  function tell(
    findings: readonly Finding[],
    lineOf: (finding: Finding) => readonly ['error' | 'warn' | 'info', string, { readonly was?: string }],
    what: string,
  ): void {
    for (const [reason, same] of Map.groupBy(findings, (finding) => finding.reason)) {
      for (const finding of same.slice(0, mostLinesOfOneReason)) {
        const [method, message, more] = lineOf(finding);
        logger[method]({ reason, subject: finding.subject, ...more }, message);
      }
      const [first, ...others] = same.slice(mostLinesOfOneReason);
      if (first !== undefined) logger[lineOf(first)[0]]({ reason }, `${others.length + 1} more ${what}`);
    }
  }
}
