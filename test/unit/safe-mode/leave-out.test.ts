import { expect, test } from 'vitest';
import { desiredState } from '../../../src/reconcile/desired-state.ts';
import { parseKeptExclusions, renderKeptExclusions } from '../../../src/safe-mode/kept-exclusions.ts';
import { lastGoodOf, parseLastGood, renderLastGood } from '../../../src/safe-mode/last-good.ts';
import { leaveOut, stillThere } from '../../../src/safe-mode/leave-out.ts';
import type { Exclusion, Part } from '../../../src/safe-mode/part.ts';
import { partsOf } from '../../../src/safe-mode/parts-of.ts';
import { safeModeFindings } from '../../../src/safe-mode/safe-mode-findings.ts';
import type { UserSettings } from '../../../src/settings/read-user-settings.ts';
import { options } from '../../support/a-snapshot.ts';
import { aWorld } from '../../support/an-extension.ts';

const users: UserSettings = {
  settings: new Map([['ssl', { value: 'on', file: '/data/postgresql.conf', line: 1 }]]),
  alterSystem: new Map([['work_mem', { value: '2MB', file: '/data/postgresql.auto.conf', line: 1 }]]),
  problems: [],
  lost: [],
};
const known = { users, lastGood: undefined };
const world = aWorld(
  { preload: { libraries: ['a', 'b'], atStart: ['/x/a.so', 'b'], findings: [] } },
  { parameters: { work_mem: '1MB', port: '1' } },
);
const given = { ...options, serverOptions: new Map([['port', '2']]) };
const parts = partsOf(world, given, users);

function part(name: string): Part {
  const found = parts.find((one) => 'name' in one && one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

test('of a parameter the strongest value is the one that counts', () => {
  expect(part('work_mem')).toMatchObject({ value: '2MB', from: 'ALTER SYSTEM' });
  expect(part('port')).toMatchObject({ value: '2', from: 'the command line' });
  expect(part('ssl')).toMatchObject({ value: 'on', from: 'postgresql.conf' });
});

test('what is left out is neither in the text nor on the command line, and what is there instead is on it', () => {
  const exclusions: readonly Exclusion[] = [
    { part: part('work_mem'), instead: '3MB' },
    { part: part('port'), instead: undefined },
    { part: part('a'), instead: undefined },
  ];
  const out = leaveOut(world, given, exclusions, known);
  const { settings, launch } = desiredState(out.world, out.options, out.userFile);
  expect(settings.text).not.toMatch(/work_mem|port =/);
  expect(settings.text).toContain("shared_preload_libraries = 'b'");
  expect(launch.args).toContain('work_mem=3MB');
  expect(launch.args).toContain('shared_preload_libraries=b');
  expect(launch.args.join()).not.toContain('port=');
});

test('what the configuration had is in the text, which nobody else may read, and not on the command line', () => {
  const exclusion: Exclusion = {
    part: { kind: 'parameter', name: 'primary_conninfo', value: 'x', from: 'the configuration' },
    instead: 'password=hush',
  };
  const out = leaveOut(world, given, [exclusion], known);
  const { settings, launch } = desiredState(out.world, out.options, out.userFile);
  expect(settings.text).toContain("primary_conninfo = 'password=hush'");
  expect(launch.args.join()).not.toContain('hush');
});

test("the user's file is not included when it is left out, and its values of before are there", () => {
  const file = parts.find(({ kind }) => kind === 'file');
  if (file === undefined) throw new Error('no file');
  const out = leaveOut(world, given, [{ part: file, instead: undefined }], {
    users,
    lastGood: lastGoodOf(parts, users),
  });
  const { text } = desiredState(out.world, out.options, out.userFile).settings;
  expect(text).not.toMatch(/^include /m);
  expect(text).toContain("ssl = 'on'");
});

test('of what was before only such promises come back as are more than those that PostgreSQL makes by itself', () => {
  const file: Exclusion = { part: { kind: 'file', path: '/data/postgresql.conf', value: '' }, instead: undefined };
  const fileOf = (userFile: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined =>
    leaveOut(world, given, [file], { users, lastGood: { ...lastGoodOf(parts, users), userFile } }).userFile;
  const names = { synchronous_standby_names: 'a' };
  expect(fileOf({ ...names, fsync: 'off', work_mem: '1MB' })).toEqual({ ...names, work_mem: '1MB' });
  const more = { ...names, synchronous_commit: 'REMOTE_APPLY' };
  expect(fileOf(more)).toEqual(more);
  expect(fileOf({ ...names, synchronous_commit: 'off' })).toEqual(names);
});

test('a promise that can still be read in the file is the one of now', () => {
  const file: Exclusion = { part: { kind: 'file', path: '/data/postgresql.conf', value: '' }, instead: undefined };
  const settings = new Map([['fsync', { value: 'on', file: '/data/postgresql.conf', line: 1 }]]);
  const lastGood = { ...lastGoodOf(parts, users), userFile: { work_mem: '1MB', synchronous_standby_names: 'a' } };
  const out = leaveOut(world, given, [file], { users: { ...users, settings }, lastGood });
  expect(out.userFile).toEqual({ work_mem: '1MB', synchronous_standby_names: 'a', fsync: 'on' });
});

test("of the user's file, its readable lines are there without those that are named", () => {
  const lines: Part = { kind: 'lines', path: '/data/postgresql.conf', value: '' };
  const exclusions: readonly Exclusion[] = [{ part: lines, instead: undefined }];
  expect(leaveOut(world, given, exclusions, known).userFile).toEqual({ ssl: 'on' });
  const more = [...exclusions, { part: part('ssl'), instead: undefined }];
  expect(leaveOut(world, given, more, known).userFile).toEqual({});
});

test('what was changed or taken away meanwhile is not left out any more', () => {
  const old: Exclusion = {
    part: { kind: 'parameter', name: 'port', value: '1', from: 'the configuration' },
    instead: undefined,
  };
  const kept: Exclusion = { part: part('a'), instead: undefined };
  expect(stillThere([old, kept], parts)).toEqual([kept]);
});

test('the records can be read again, and whatever else stands there is no record', () => {
  const good = lastGoodOf(parts, users);
  expect(parseLastGood(renderLastGood(good))).toEqual(good);
  expect(parseLastGood('{')).toBeUndefined();
  expect(parseLastGood('{"version":2}')).toBeUndefined();
  const kept = { exclusions: [{ part: part('a'), instead: undefined }], why: 'FATAL:  no' };
  expect(parseKeptExclusions(renderKeptExclusions(kept))).toEqual(kept);
  expect(parseKeptExclusions('[]')).toBeUndefined();
  expect(parseKeptExclusions('nonsense')).toBeUndefined();
});

test('each thing is one finding that names it, without its value', () => {
  const findings = safeModeFindings(
    [
      { part: part('work_mem'), instead: '3MB' },
      { part: part('a'), instead: undefined },
    ],
    'FATAL:  no',
  );
  expect(findings).toMatchObject([
    { severity: 'error', reason: 'SafeMode', subject: 'parameter/work_mem' },
    { severity: 'error', reason: 'SafeMode', subject: 'library/a' },
  ]);
  expect(JSON.stringify(findings)).not.toMatch(/[23]MB/);
});
