import type { Finding } from '../lib/finding.ts';
import type { Logger } from '../lib/logger.ts';

const level = { error: 'error', warning: 'warn', info: 'info' } as const satisfies Record<Finding['severity'], string>;

/** Logs a finding when it comes and when it goes, not in every pass between. */
export function findingLog(logger: Logger): (findings: readonly Finding[]) => void {
  const known = new Map<string, Finding>();
  return (findings) => {
    const now = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
    for (const [key, finding] of now) {
      if (!known.has(key)) logger[level[finding.severity]](logged(finding), finding.message);
    }
    for (const [key, finding] of known) if (!now.has(key)) logger.info(logged(finding), 'finding is gone');
    known.clear();
    for (const [key, finding] of now) known.set(key, finding);
  };
}

function logged(finding: Finding): { readonly reason: string; readonly subject: string } {
  return { reason: finding.reason, subject: finding.subject };
}
