import { expect, test } from 'vitest';
import { databaseMetrics } from '../../../src/http/database-metrics.ts';
import { aDatabaseReport, anExtensionRow, aReport } from '../../support/a-database-report.ts';

const name = 'pg_instance_manager_database';
const undeclared = { ensure: null, applied: null } as const;
const updateAvailable = { remark: { reason: 'UpdateAvailable', message: 'x' } } as const;

/** The samples, without what is said about them. */
async function samplesOf(report: Parameters<ReturnType<typeof databaseMetrics>>[0]): Promise<readonly string[]> {
  const text = await databaseMetrics()(report);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('an installed extension has its versions as labels, and whether it can be updated', async () => {
  const extensions = [anExtensionRow('vector', { ...undeclared, installedVersion: '0.8.6', ...updateAvailable })];
  const samples = await samplesOf(aReport([aDatabaseReport('app', { ...undeclared, extensions })]));
  expect(samples).toEqual([
    `${name}_extension_info{database="app",extension="vector",installed_version="0.8.6",default_version="0.8.7"} 1`,
    `${name}_extension_update_available{database="app",extension="vector"} 1`,
  ]);
});

test('what is declared is applied or not; what is not known yet has no sample', async () => {
  const missing = { installedVersion: undefined } as const;
  const app = aDatabaseReport('app', {
    applied: false,
    extensions: [
      anExtensionRow('geo', { ...missing, applied: false }),
      anExtensionRow('cube', { ...missing, applied: null }),
    ],
  });
  expect(await samplesOf(aReport([app, aDatabaseReport('new', { applied: null })]))).toEqual([
    `${name}_applied{database="app"} 0`,
    `${name}_extension_applied{database="app",extension="geo"} 0`,
  ]);
});

test('failures are counted by database and thing', async () => {
  const failures = [{ database: 'app', item: 'extension/geo', count: 3 }];
  expect(await samplesOf(aReport([], { failures }))).toEqual([
    `${name}_failures_total{database="app",item="extension/geo"} 3`,
  ]);
});

test('names with quotes, backslashes and line ends stay in their label', async () => {
  const [sample, ...others] = await samplesOf(aReport([aDatabaseReport('a"b\\c\nd')]));
  expect(others).toEqual([]);
  expect(sample).toBe(`${name}_applied{database="a\\"b\\\\c\\nd"} 1`);
});

test('a report is rendered once, and another one anew', () => {
  const metrics = databaseMetrics();
  const report = aReport([aDatabaseReport('app')]);
  expect(metrics(report)).toBe(metrics(report));
  expect(metrics({ ...report })).not.toBe(metrics(report));
});
