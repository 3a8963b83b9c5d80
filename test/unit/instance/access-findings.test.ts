import { describe, expect, test } from 'vitest';
import { accessFindings } from '../../../src/instance/access-findings.ts';
import type { AccessReading, ReadCertificate, Unusable } from '../../../src/instance/access-reading.ts';
import { noonMs } from '../../support/a-snapshot.ts';

const dayMs = 86_400_000;
const nothing: AccessReading = { certificate: undefined, token: undefined };
const token = { sha256: Buffer.alloc(32) };
const problem = 'The file /x cannot be read.';

/** That lives for so many days, of which so many are left at noon. */
function aCertificate(lifeDays: number, leftDays: number): ReadCertificate {
  const validUntilMs = noonMs + leftDays * dayMs;
  return { cert: '', key: '', file: '/tls.crt', validFromMs: validUntilMs - lifeDays * dayMs, validUntilMs };
}

function unusable(changes: Partial<Unusable> = {}): Unusable {
  return { kind: 'unusable', problem, isDenied: false, ...changes };
}

test('says nothing of what was not asked for, and nothing when all is well', () => {
  const certificate = aCertificate(90, 60);
  expect(accessFindings(nothing, { certificate: undefined, token: undefined }, noonMs)).toEqual([]);
  const read = { certificate: { kind: 'read', value: certificate }, token: { kind: 'read', value: token } } as const;
  expect(accessFindings(read, { certificate, token }, noonMs)).toEqual([]);
});

describe('a file that cannot be used', () => {
  test.each([
    ['certificate', 'CertificateUnusable'],
    ['token', 'TokenUnusable'],
  ] as const)('is an error; the %s before stays', (subject, reason) => {
    const inForce = { certificate: aCertificate(90, 60), token };
    expect(accessFindings({ ...nothing, [subject]: unusable() }, inForce, noonMs)).toEqual([
      { severity: 'error', reason, subject, message: `${problem} The one before stays in force.` },
    ]);
  });

  test('is a warning when only another user may read it', () => {
    const inForce = { certificate: undefined, token };
    expect(accessFindings({ ...nothing, token: unusable({ isDenied: true }) }, inForce, noonMs)).toMatchObject([
      { severity: 'warning', reason: 'TokenUnusable', message: expect.stringContaining('will not be noticed') },
    ]);
  });

  test('is an error, whoever may read it, while there is none before it', () => {
    const inForce = { certificate: undefined, token: undefined };
    expect(accessFindings({ ...nothing, token: unusable({ isDenied: true }) }, inForce, noonMs)).toMatchObject([
      { severity: 'error', reason: 'TokenUnusable', message: expect.stringContaining('nobody gets in') },
    ]);
  });
});

describe('a certificate', () => {
  test.each([
    { lifeDays: 90, leftDays: 7.1, severities: [] },
    { lifeDays: 90, leftDays: 6.9, severities: ['warning'] },
    { lifeDays: 90, leftDays: 0, severities: ['error'] },
    { lifeDays: 90, leftDays: -1, severities: ['error'] },
    // cert-manager renews when a third is left
    { lifeDays: 1, leftDays: 0.3, severities: [] },
    { lifeDays: 1, leftDays: 0.19, severities: ['warning'] },
  ])('of $lifeDays days with $leftDays left: $severities', ({ lifeDays, leftDays, severities }) => {
    const findings = accessFindings(
      nothing,
      { certificate: aCertificate(lifeDays, leftDays), token: undefined },
      noonMs,
    );
    expect(findings.map(({ severity }) => severity)).toEqual(severities);
    for (const { reason, message } of findings) {
      expect(reason).toBe('CertificateExpiring');
      expect(message).toContain(new Date(noonMs + leftDays * dayMs).toISOString());
    }
  });
});
