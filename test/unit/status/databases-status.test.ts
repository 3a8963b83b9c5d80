import { expect, test } from 'vitest';
import { databasesStatus } from '../../../src/status/databases-status.ts';
import { aDatabaseReport, anExtensionRow, aReport } from '../../support/a-database-report.ts';

test('what is not known is null and never left out', () => {
  const unknown = { installedVersion: undefined, defaultVersion: undefined, schema: undefined, applied: null };
  const report = aDatabaseReport('app', { lookedAtMs: undefined, extensions: [anExtensionRow('vector', unknown)] });
  const [database] = databasesStatus(aReport([report]));
  expect(database).toMatchObject({ lookedAt: null, reason: null, message: null });
  expect(JSON.parse(JSON.stringify(database?.extensions))).toEqual([
    {
      name: 'vector',
      ensure: 'present',
      applied: null,
      reason: null,
      message: null,
      installedVersion: null,
      desiredVersion: null,
      defaultVersion: null,
      schema: null,
    },
  ]);
});

test('databases come in the order of the report', () => {
  const names = databasesStatus(aReport([aDatabaseReport('b'), aDatabaseReport('a')])).map(({ name }) => name);
  expect(names).toEqual(['b', 'a']);
});
