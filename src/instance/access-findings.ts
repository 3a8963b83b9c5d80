import type { Finding, Reason } from '../lib/finding.ts';
import type { AccessReading, ReadCertificate, Reading, ReadToken } from './access-reading.ts';

/** What is in force: the last that could be used; undefined: there was none yet. */
export interface AccessInForce {
  readonly certificate: ReadCertificate | undefined;
  readonly token: ReadToken | undefined;
}

const dayMs = 24 * 3_600_000;
const longestNoticeMs = 7 * dayMs;
/** One that lives for a day is renewed when hours are left: the notice must not come before that. */
const partOfLife = 1 / 5;

/** What is to be said of the files as they were last read, and of what is in force. */
export function accessFindings(reading: AccessReading, inForce: AccessInForce, nowMs: number): readonly Finding[] {
  return [
    ...unusableFindings('CertificateUnusable', 'certificate', reading.certificate, inForce.certificate),
    ...unusableFindings('TokenUnusable', 'token', reading.token, inForce.token),
    ...(inForce.certificate === undefined ? [] : expiryFindings(inForce.certificate, nowMs)),
  ];
}

function unusableFindings(
  reason: Extract<Reason, 'CertificateUnusable' | 'TokenUnusable'>,
  subject: string,
  reading: Reading<unknown> | undefined,
  inForce: unknown,
): readonly Finding[] {
  if (reading?.kind !== 'unusable') return [];
  const { problem, isDenied } = reading;
  if (inForce === undefined) {
    const message = `${problem} Until that is mended, nobody gets in.`;
    return [{ severity: 'error', reason, subject, message }];
  }
  // Read as root once; for all we know it is what it was.
  if (isDenied) {
    const message = `${problem} The one that was read before stays in force, and a new one will not be noticed; let the user of the manager read it.`;
    return [{ severity: 'warning', reason, subject, message }];
  }
  return [{ severity: 'error', reason, subject, message: `${problem} The one before stays in force.` }];
}

function expiryFindings({ file, validFromMs, validUntilMs }: ReadCertificate, nowMs: number): readonly Finding[] {
  const leftMs = validUntilMs - nowMs;
  if (leftMs > Math.min(longestNoticeMs, (validUntilMs - validFromMs) * partOfLife)) return [];
  const reason = 'CertificateExpiring';
  const until = new Date(validUntilMs).toISOString();
  if (leftMs <= 0) {
    const message = `The certificate of ${file} has expired (${until}), so clients that verify it do not talk to the manager; renew it.`;
    return [{ severity: 'error', reason, subject: 'certificate', message }];
  }
  const message = `The certificate of ${file} expires soon (${until}); renew it.`;
  return [{ severity: 'warning', reason, subject: 'certificate', message }];
}
