import { expect, test } from 'vitest';
import { renderedMetrics } from '../../../src/http/metrics.ts';
import { aDatabaseReport, aReport } from '../../support/a-database-report.ts';
import { aPass, aSnapshot, noonMs } from '../../support/a-snapshot.ts';
import { anImage, aWorld } from '../../support/an-extension.ts';

test('has the databases after all else, each family once', async () => {
  const snapshot = aSnapshot({ databases: aReport([aDatabaseReport('app')]) });
  const text = await renderedMetrics({ snapshot: () => snapshot, now: () => noonMs, wallOffsetMs: () => 0 }).text();
  expect(text).toContain('\npg_instance_manager_postgres_up 1\n');
  expect(text).toContain('\npg_instance_manager_database_applied{database="app"} 1\n');
  expect(text.endsWith('\n')).toBe(true);
  const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, family]) => family);
  expect(new Set(families).size).toBe(families.length);
});

test('has a sample for each image that is held', async () => {
  const images = [anImage(), { ...anImage({ name: 'old' }), role: 'held' as const }];
  const snapshot = aSnapshot({ pass: aPass({ world: aWorld({ images }) }) });
  const text = await renderedMetrics({ snapshot: () => snapshot, now: () => noonMs, wallOffsetMs: () => 0 }).text();
  expect(text.match(/^pg_instance_manager_image_removal_held.*$/gm)).toEqual([
    'pg_instance_manager_image_removal_held{extension="old"} 1',
  ]);
});

test.each([
  { lastRoundMs: 1_250, sample: '1.25' },
  { lastRoundMs: undefined, sample: 'Nan' },
])('tells in seconds how long the last look at the databases took: $sample', async ({ lastRoundMs, sample }) => {
  const snapshot = aSnapshot({ databases: aReport([], { lastRoundMs }) });
  const text = await renderedMetrics({ snapshot: () => snapshot, now: () => noonMs, wallOffsetMs: () => 0 }).text();
  expect(text.match(/^pg_instance_manager_databases_look_seconds.*$/gm)).toEqual([
    `pg_instance_manager_databases_look_seconds ${sample}`,
  ]);
});
