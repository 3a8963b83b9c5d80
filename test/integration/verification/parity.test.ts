import { beforeAll, expect, test } from 'vitest';
import { chain, extensionImage } from '../../support/extension-kit.ts';
import { sharedFolder } from '../../support/shared-folder.ts';
import { brokenUpdates, twoWays } from '../../support/verify-recipes.ts';
import { oneStep, type VerifyReport, verifyReport } from '../../support/verify-run.ts';

const held: { report?: VerifyReport } = {};

beforeAll(async () => {
  const folder = sharedFolder('parity');
  for (const [image, recipe] of Object.entries(brokenUpdates)) extensionImage(folder, image, recipe);
  extensionImage(folder, 'good', chain());
  const stranded = twoWays('stranded', 'CREATE TABLE a ();\n', 'CREATE TABLE a ();\n', 'SELECT 1;\n');
  const { '1.0--1.1': _, ...scripts } = stranded.scripts;
  extensionImage(folder, 'stranded', { ...stranded, scripts });
  extensionImage(
    folder,
    'failing',
    twoWays('failing', 'CREATE TABLE a ();\n', 'CREATE TABLE a ();\n', 'SELECT 1 / 0;\n'),
  );
  const images = [...Object.keys(brokenUpdates), 'good', 'stranded', 'failing'].map((image) => `${folder}/${image}`);
  held.report = await verifyReport(images);
});

function report(): VerifyReport {
  if (held.report === undefined) throw new Error('verify did not run');
  return held.report;
}

test.each([
  ['forgotten-function', [['missing', 'function public.two()', undefined]], /two\(\) is missing after the update/],
  [
    'other-volatility',
    [['different', 'function public.one()', 'definition']],
    /created it is "IMMUTABLE", updated it is "STABLE"/,
  ],
  ['other-body', [['different', 'function public.one()', 'definition']], /SELECT 1 \+ 0/],
  ['other-view', [['different', 'view public.seen', 'definition']], /id > 0.*id >= 0/],
  [
    'no-comment',
    [['missing', 'function public.one()', 'comment']],
    /comment is missing after the update \("the first"\)/,
  ],
  ['one-table-more', [['extra', 'table public.left_over', undefined]], /left_over is there only after the update/],
  ['other-index', [['different', 'table public.things', 'index things_kind']], /lower\(kind\)/],
  ['other-labels', [['different', 'type public.mood', 'labels']], /'sad', 'ok', 'happy'.*'sad', 'happy', 'ok'/],
  [
    'other-columns',
    [
      ['different', 'table public.pairs', 'column b'],
      ['different', 'table public.pairs', 'column c'],
    ],
    /column b differs: created it is "3\. integer.*updated it is "2\. integer/,
  ],
  [
    'other-privileges',
    [['different', 'table public.things', 'privileges of PUBLIC']],
    /updated it is "INSERT by postgres, SELECT/,
  ],
  ['no-dump', [['missing', 'extension dumped', 'configuration table public.things']], /WHERE id > 1/],
  ['no-trigger', [['missing', 'table public.things', 'trigger touched']], /BEFORE INSERT/],
  [
    'other-operator',
    [
      ['different', 'operator public.===(pg_catalog.text,pg_catalog.text)', 'commutator'],
      ['different', 'operator public.===(pg_catalog.text,pg_catalog.text)', 'restriction estimator'],
    ],
    /eqsel/,
  ],
] as const)('%s: the update is told to differ, in just that', (image, differences, words) => {
  const { outcome, evidence } = oneStep(report(), image, 'update');
  expect(outcome.result).toBe('failed');
  expect(evidence?.differences?.map(({ kind, object, aspect }) => [kind, object, aspect])).toEqual(differences);
  expect(outcome.details.join('\n')).toMatch(words);
});

test('an update that does what it should passes, also by several steps', () => {
  expect(oneStep(report(), 'good', 'update', 'from 1.0').outcome).toMatchObject({
    result: 'passed',
    note: 'the same objects as created, by 1.0--1.1--1.2',
  });
  expect(oneStep(report(), 'good', 'update', 'from 1.1').outcome.result).toBe('passed');
});

test('a version that is newer by its number and leads nowhere is passed over, and an older one is not', () => {
  expect(oneStep(report(), 'good', 'update', 'from 2.0').outcome.result).toBe('skipped');
  const { outcome } = oneStep(report(), 'stranded', 'update');
  expect(outcome.result).toBe('failed');
  expect(outcome.message).toContain('add stranded--1.0--1.1.sql');
});

test('an update script that fails is told with its line', () => {
  const { outcome } = oneStep(report(), 'failing', 'update');
  expect(outcome.message).toMatch(
    /UPDATE fails: division by zero; in extension script file "failing--1.0--1.1.sql", near line 1/,
  );
});

test('the command fails, and leaves nothing', () => {
  const { exitCode, result, leftBehind, counts, steps } = report();
  expect({ exitCode, result, leftBehind }).toEqual({ exitCode: 1, result: 'failed', leftBehind: [] });
  expect(counts.failed).toBe(Object.keys(brokenUpdates).length + 2);
  expect(steps.filter(({ kind }) => kind === 'create').every(({ outcome }) => outcome.result === 'passed')).toBe(true);
  expect(steps.filter(({ kind }) => kind === 'drop').every(({ outcome }) => outcome.result === 'passed')).toBe(true);
});
