import { expect, test } from 'vitest';
import type { Finding, Severity } from '../../../src/lib/finding.ts';
import { mostSevereFirst } from '../../../src/status/most-severe-first.ts';

function aFinding(severity: Severity, message: string): Finding {
  return { severity, reason: 'Shadowed', subject: 'postgres', message };
}

test('errors come first and information last, and those of one severity keep their order', () => {
  const findings = [aFinding('info', '1'), aFinding('error', '2'), aFinding('warning', '3'), aFinding('error', '4')];
  expect(mostSevereFirst(findings).map(({ message }) => message)).toEqual(['2', '4', '3', '1']);
});
