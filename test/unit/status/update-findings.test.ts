import { expect, test } from 'vitest';
import type { DatabaseReport } from '../../../src/databases/database-report.ts';
import { updateFindings } from '../../../src/status/update-findings.ts';
import { aDatabaseReport, anExtensionRow } from '../../support/a-database-report.ts';

const remark = { reason: 'UpdateAvailable', message: 'of one database' } as const;

function behind(database: string, installedVersion: string, extension = 'vector'): DatabaseReport {
  return aDatabaseReport(database, { extensions: [anExtensionRow(extension, { installedVersion, remark })] });
}

function messagesOf(databases: readonly DatabaseReport[]): readonly string[] {
  return updateFindings(databases).map(({ message }) => message);
}

test('an extension that can be updated is told once, with its databases and what to write', () => {
  expect(updateFindings([behind('app', '0.8.6'), behind('shop', '0.8.6')])).toEqual([
    {
      severity: 'info',
      reason: 'UpdateAvailable',
      subject: 'extension/vector',
      message:
        'The extension vector has version 0.8.6 in the databases app and shop, and 0.8.7 is available: declare it with version: "0.8.7" or update: default to update it.',
    },
  ]);
});

test('one database is not called many', () => {
  expect(messagesOf([behind('app', '0.8.6')])[0]).toContain('has version 0.8.6 in the database app, and');
});

test('databases with another version are told apart', () => {
  expect(messagesOf([behind('app', '0.8.6'), behind('old', '0.7.0'), behind('shop', '0.8.6')])[0]).toContain(
    'has version 0.8.6 in the databases app and shop, version 0.7.0 in the database old, and 0.8.7 is available',
  );
});

test('of many databases the first are named and the rest counted', () => {
  const many = Array.from({ length: 200 }, (_, index) => behind(`db${index}`, '0.8.6'));
  const [message, ...others] = messagesOf(many);
  expect(others).toEqual([]);
  expect(message).toContain('db0, db1, ');
  expect(message).toContain(' and 192 more, and 0.8.7');
});

test('each extension has its own finding, and one that is in place has none', () => {
  const current = aDatabaseReport('app', { extensions: [anExtensionRow('hstore')] });
  const findings = updateFindings([behind('a', '0.8.6'), behind('b', '0.8.6', 'geo'), current]);
  expect(findings.map(({ subject }) => subject)).toEqual(['extension/vector', 'extension/geo']);
});
