import { expect, test } from 'vitest';
import { findingChanges } from '../../../src/instance/finding-changes.ts';
import type { Finding } from '../../../src/lib/finding.ts';

const failed: Finding = {
  severity: 'error',
  reason: 'StatementFailed',
  subject: 'database/app',
  message: 'It failed.',
};
const counted: Finding = { severity: 'info', reason: 'WaitingForPromotion', subject: 'postgres', message: '4 things.' };

test('a finding comes, stays without a word, and goes', () => {
  expect(findingChanges([], [failed])).toEqual({ come: [failed], gone: [] });
  expect(findingChanges([failed], [failed])).toEqual({ come: [], gone: [] });
  expect(findingChanges([failed], [])).toEqual({ come: [], gone: [failed] });
});

test('one whose words have changed is told again and has not gone', () => {
  const reworded = { ...failed, message: 'It failed otherwise.' };
  expect(findingChanges([failed], [reworded])).toEqual({ come: [reworded], gone: [] });
});

test('one that only informs is not told again when its words change', () => {
  expect(findingChanges([counted], [{ ...counted, message: '5 things.' }])).toEqual({ come: [], gone: [] });
});

test('one of two of the same reason and subject goes by itself', () => {
  const other = { ...failed, message: 'The other failed.' };
  expect(findingChanges([failed, other], [other])).toEqual({ come: [], gone: [failed] });
});

test('the same twice is told once', () => {
  expect(findingChanges([], [failed, failed]).come).toEqual([failed]);
});
