import { expect, test } from 'vitest';
import { walFindings } from '../../../src/status/wal-findings.ts';

test('WAL of a resource manager that is not registered needs a library, which the sentence says with the ID', () => {
  const lines = [
    '[42] FATAL:  the database system is starting up',
    '[43] FATAL:  resource manager with ID 137 not registered',
    '[44] FATAL:  resource manager with ID 137 not registered',
  ];
  expect(walFindings(lines)).toEqual([
    {
      severity: 'error',
      reason: 'WalNeedsLibrary',
      subject: 'postgres',
      message:
        'PostgreSQL cannot recover: the WAL has records of the resource manager 137 (an ID that an extension has taken), and no library in shared_preload_libraries registers it; recovery cannot go on without the library that wrote these records, so add the library that the primary names in its shared_preload_libraries to shared_preload_libraries here, and its image to extensions.',
    },
  ]);
});

test('two resource managers are one finding', () => {
  const lines = [137, 200].map((id) => `FATAL:  resource manager with ID ${id} not registered`);
  const findings = walFindings(lines);
  expect(findings).toHaveLength(1);
  expect(findings[0]?.message).toContain('the resource managers 137 and 200');
});

test('other last words say nothing about the WAL', () => {
  expect(walFindings(['[42] PANIC:  could not locate a valid checkpoint record'])).toEqual([]);
  expect(walFindings([])).toEqual([]);
});
