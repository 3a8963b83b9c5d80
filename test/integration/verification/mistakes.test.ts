import { beforeAll, expect, test } from 'vitest';
import { base, extensionImage, fixed, needy, preloader, slow } from '../../support/extension-kit.ts';
import { sharedFolder } from '../../support/shared-folder.ts';
import { crashing, litter, makesRole, once, overshadowed, standstill } from '../../support/verify-recipes.ts';
import { oneStep, runVerify, type VerifyReport, verifyReport } from '../../support/verify-run.ts';

const held: { report?: VerifyReport } = {};

beforeAll(async () => {
  const folder = sharedFolder('mistakes');
  for (const [image, recipe] of Object.entries(litter)) extensionImage(folder, image, recipe);
  extensionImage(folder, 'crashing', crashing);
  extensionImage(folder, 'wrong', once('wrong', 'CREATE TABLE a ();\nSELECT 1 / 0;\n'));
  extensionImage(folder, 'needs-wrong', once('needs_wrong', 'CREATE TABLE b ();\n', `requires = 'wrong'`));
  extensionImage(folder, 'preloader', preloader);
  extensionImage(folder, 'role-again', makesRole);
  extensionImage(folder, 'standstill', standstill);
  extensionImage(folder, 'overshadowed', overshadowed);
  extensionImage(folder, 'fixed', fixed);
  extensionImage(folder, 'needy', needy);
  extensionImage(folder, 'base', base);
  extensionImage(folder, 'slow', slow(30));
  extensionImage(
    folder,
    'ended',
    once('ended', 'SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid());\n'),
  );
  extensionImage(folder, 'quoted', once('it-is "quoted"', `CREATE TABLE "t'a""b" ();\n`));
  extensionImage(folder, 'Capital', once('Capital', 'CREATE TABLE "C" ();\n'));
  extensionImage(folder, 'plpgsql', once('plpgsql', 'CREATE TABLE c ();\n'));
  const images = [
    ...[...Object.keys(litter), 'crashing', 'needs-wrong', 'wrong', 'preloader', 'fixed', 'needy', 'slow', 'ended'],
    ...['quoted', 'Capital', 'plpgsql', 'overshadowed', 'standstill', 'role-again'],
  ];
  const args = [...images.map((image) => `${folder}/${image}`), '--with', `${folder}/base`, '--timeout', '2s'];
  held.report = await verifyReport(args);
}, 180_000);

function report(): VerifyReport {
  if (held.report === undefined) throw new Error('verify did not run');
  return held.report;
}

test.each([
  ['role', 'left behind: role litter_role'],
  ['table', 'left behind: table litter_table'],
  ['schema', 'left behind: schema litter_schema'],
])('a %s that DROP EXTENSION leaves behind is told', (image, message) => {
  expect(oneStep(report(), image, 'drop').outcome).toMatchObject({ result: 'failed', message });
});

test('what is known to fail does not count, and what was known in vain is told', async () => {
  const folder = sharedFolder('known');
  extensionImage(folder, 'setting', litter.setting);
  const known = ['--known-failure', 'setting/DROP EXTENSION *', '--known-failure', 'test *'];
  const { exitCode, counts, unusedKnownFailures, ...rest } = await verifyReport([`${folder}/setting`, ...known]);
  expect({ exitCode, counts, unusedKnownFailures }).toMatchObject({
    exitCode: 0,
    counts: { failed: 0, known: 1 },
    unusedKnownFailures: ['test *'],
  });
  expect(rest.result).toBe('passed');
  const text = await runVerify([`${folder}/setting`, ...known]);
  expect(text.stdout).toMatch(
    / {2}known +[\d.]+ s {2}DROP EXTENSION makes_setting\n +left behind: setting of database/,
  );
  expect(text.stdout).toMatch(
    /\d passed, 1 known.* in .*\n--known-failure "test \*" fits no step that failed: it can go\./,
  );
  const junit = await runVerify([`${folder}/setting`, ...known, '-o', 'junit']);
  expect(junit.stdout).toContain('failures="0"');
  expect(junit.stdout).toContain('<skipped message="known to fail: left behind: setting of database');
});

test('roles that are left do not stand in the way of what comes next', () => {
  expect(oneStep(report(), 'role-again', 'drop').outcome.message).toBe('left behind: role role_again');
  expect(oneStep(report(), 'role-again', 'update').outcome.result).toBe('passed');
});

test('a setting of the database and an event trigger are told, too', () => {
  expect(oneStep(report(), 'setting', 'drop').outcome.message).toMatch(
    /^left behind: setting of database verify(_\d+)?: work_mem=/,
  );
  const { outcome } = oneStep(report(), 'event-trigger', 'drop');
  expect(outcome.message).toBe('the database is not as it was before CREATE EXTENSION: 2 objects');
  expect(outcome.details).toEqual(['left behind: event trigger litter_trigger', 'left behind: function quiet()']);
});

test('the schema that the control file names may stay', () => {
  expect(oneStep(report(), 'fixed', 'drop').outcome.result).toBe('passed');
});

test('a script that fails is told with its line, and what needs the extension is not tried', () => {
  expect(oneStep(report(), 'wrong', 'create').outcome.message).toBe(
    'division by zero; in extension script file "wrong--1.0.sql", near line 2',
  );
  expect(
    report()
      .steps.filter(({ image }) => image === 'wrong')
      .map(({ kind }) => kind),
  ).toEqual(['check', 'create']);
  expect(oneStep(report(), 'needs-wrong', 'create').outcome).toMatchObject({
    result: 'skipped',
    reason: 'it requires wrong, which cannot be created',
  });
});

test('a crash of the server is told, and what comes after it gets a server again', () => {
  const { outcome } = oneStep(report(), 'crashing', 'create');
  expect(outcome.message).toMatch(/^PostgreSQL crashed: .*was terminated by signal 11.*CREATE EXTENSION "crashing"/s);
  expect(oneStep(report(), 'fixed', 'create').outcome.result).toBe('passed');
});

test('a session that is ended is no crash', () => {
  expect(oneStep(report(), 'ended', 'create').outcome.message).toMatch(
    /^terminating connection due to administrator command/,
  );
});

test('a library that wants to be preloaded and is not there is told, and the server goes on without it', () => {
  expect(oneStep(report(), 'preloader', 'preload').outcome).toMatchObject({
    result: 'failed',
    message: expect.stringContaining('could not access file "preloader"'),
  });
  expect(oneStep(report(), 'preloader', 'create').outcome.message).toMatch(/^preloader must be loaded via/);
});

test('what an image requires can be in one that is only mounted beside it', () => {
  expect(oneStep(report(), 'needy', 'create').outcome.note).toBe('1.0, after base');
  expect(report().steps.filter(({ image }) => image === 'base')).toEqual([]);
});

test('a statement that takes too long is told', () => {
  expect(oneStep(report(), 'slow', 'create').outcome.message).toMatch(
    /statement timeout; --timeout gives it more time/,
  );
});

test('a server process that hears nothing any more is told, and goes with the server', () => {
  expect(oneStep(report(), 'standstill', 'create').outcome.message).toMatch(/did not answer in time/);
});

test('a library that is taken from elsewhere is told', () => {
  const { outcome } = oneStep(report(), 'overshadowed', 'load');
  expect(outcome.message).toMatch(/^fuzzystrmatch\.so was loaded from .*, and not from the image/);
});

test('names are quoted where they have to be', () => {
  expect(oneStep(report(), 'quoted', 'create').title).toBe('CREATE EXTENSION "it-is ""quoted"""');
  for (const image of ['quoted', 'Capital'])
    expect(report().steps.filter((one) => one.image === image && one.outcome.result !== 'passed')).toEqual([]);
});

test('an extension that the server has itself is never used, and told', () => {
  expect(oneStep(report(), 'plpgsql', 'create').outcome).toMatchObject({
    result: 'failed',
    message: expect.stringContaining('takes the plpgsql.control of the server instead'),
  });
});

test('nothing is left behind', () => {
  expect(report()).toMatchObject({ exitCode: 1, leftBehind: [] });
});
