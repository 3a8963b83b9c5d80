import { beforeAll, expect, test } from 'vitest';
import { type ContribImages, contribImages } from '../../support/contrib-images.ts';
import { oneStep, type VerifyReport, verifyReport } from '../../support/verify-run.ts';

// PostgreSQL's own extensions are made by people who know how: whatever fails here is a mistake of verify.

const held: { contrib?: ContribImages; report?: VerifyReport } = {};

beforeAll(async () => {
  const contrib = contribImages();
  held.contrib = contrib;
  held.report = await verifyReport(['--bin-dir', contrib.binDir, ...contrib.images.values()]);
}, 600_000);

function report(): VerifyReport {
  if (held.report === undefined) throw new Error('verify did not run');
  return held.report;
}

test('all of them pass, in all their steps', () => {
  const wrong = report().steps.filter(({ outcome }) => outcome.result === 'failed');
  expect(wrong.map(({ image, title, outcome }) => [image, title, outcome.message])).toEqual([]);
  expect(report().exitCode).toBe(0);
  expect(report().steps.filter(({ kind }) => kind === 'create').length).toBeGreaterThan(40);
  expect(
    report().steps.filter(({ kind, outcome }) => kind === 'update' && outcome.result === 'passed').length,
  ).toBeGreaterThan(40);
});

test('versions without a script of their own are passed over, all in one step', () => {
  const { title, outcome } = oneStep(report(), 'pg_stat_statements', 'update', 'other versions');
  expect(title).toBe('update from 4 other versions to 1.12');
  expect(outcome).toEqual({
    result: 'skipped',
    reason: 'no script of the image creates them any more',
    details: ['1.0, 1.1, 1.2, 1.3'],
  });
});

test('what an extension requires is created before it, also from another image', () => {
  expect(oneStep(report(), 'earthdistance', 'create').outcome.note).toBe('1.2, after cube');
});

test('a library of the system comes from the image, by the suggested ld_library_path', () => {
  expect(report().images.find(({ name }) => name === 'uuid-ossp')?.ld_library_path).toEqual(['system']);
  expect(oneStep(report(), 'uuid-ossp', 'create').title).toBe('CREATE EXTENSION "uuid-ossp"');
});

test('modules are told with their version and where they came from', () => {
  const image = held.contrib?.images.get('hstore');
  expect(oneStep(report(), 'hstore', 'load').evidence?.modules).toEqual([
    { file: 'hstore.so', name: 'hstore', version: expect.stringMatching(/^18\./), path: `${image}/lib/hstore.so` },
  ]);
  expect(oneStep(report(), 'auto_explain', 'load').title).toBe(`LOAD 'auto_explain'`);
});

test('a library that speaks of shared_preload_libraries is preloaded', () => {
  expect(oneStep(report(), 'pg_stat_statements', 'preload').outcome.result).toBe('passed');
  expect(
    report()
      .steps.filter(({ kind }) => kind === 'preload')
      .map(({ image }) => image),
  ).toContain('pg_stat_statements');
});
