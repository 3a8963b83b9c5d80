import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { Finding } from '../lib/finding.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import { passFindings } from '../status/collect-findings.ts';

/** Before PostgreSQL was started there is nothing to keep up, so what is wrong is said and the manager ends. */
export function refuseToStart(report: PassReport, more: readonly Finding[], strict: boolean): void {
  if (report.observed.postmaster !== 'stopped') return;
  const errors = [...passFindings(report), ...more].filter((finding) => finding.severity === 'error');
  const refused = errors.find((finding) => finding.reason === 'SettingsRefused');
  if (refused !== undefined && report.observed.installedText === undefined) {
    throw new ExitError(exitCode.configuration, refused.message);
  }
  if (strict && errors.length > 0) {
    throw new ExitError(exitCode.strict, errors.map((finding) => finding.message).join('\n'));
  }
}
