import { describe, expect, test } from 'vitest';
import { type FailedStart, findCandidates } from '../../../src/safe-mode/find-candidates.ts';
import type { LastGood } from '../../../src/safe-mode/last-good.ts';
import type { Exclusion, ParameterSource, Part } from '../../../src/safe-mode/part.ts';

const file: Part = { kind: 'file', path: '/data/postgresql.conf', value: 'f00d' };

function parameter(name: string, value: string, from: ParameterSource = 'the configuration'): Part {
  return { kind: 'parameter', name, value, from };
}

const library = (name: string): Part => ({ kind: 'library', name });

const good: LastGood = { parameters: { shared_buffers: '16MB' }, libraries: ['kept'], images: {}, userFile: {} };

/** Each candidate as the names of what it leaves out, with what is there instead. */
function candidates(failed: Partial<FailedStart>): readonly (readonly string[])[] {
  const show = ({ part, instead }: Exclusion): string =>
    `${'name' in part ? part.name : part.kind}${instead === undefined ? '' : `=${instead}`}`;
  const found = findCandidates({
    ...{ parts: [file], lastGood: undefined, defaults: new Map(), words: [], asides: [], refusal: undefined },
    ...{ lost: [], already: [], isRestoring: false },
    ...failed,
  });
  return (found ?? []).map((candidate) => candidate.map(show));
}

test('what PostgreSQL names comes first, with the value that it last started with', () => {
  const parts = [file, parameter('work_mem', '1MB'), parameter('shared_buffers', '9TB')];
  const words = ['FATAL:  no luck with "shared_buffers"'];
  expect(candidates({ parts, lastGood: good, words })[0]).toEqual(['shared_buffers=16MB']);
});

test('a name is a whole word', () => {
  const parts = [parameter('max_connections', '1'), parameter('superuser_reserved_connections', '3')];
  const words = ['FATAL:  superuser_reserved_connections (3) must be less than superuser_max_connections'];
  expect(candidates({ parts, words })).toEqual([['superuser_reserved_connections']]);
});

test('without a name it is what has changed, and what is gone counts, too', () => {
  const parts = [file, parameter('work_mem', '1MB'), library('kept'), library('new')];
  expect(candidates({ parts, lastGood: good, words: ['FATAL:  out of luck'] })).toEqual([
    ['work_mem', 'new', 'shared_buffers=16MB'],
  ]);
});

test('without a record a hint counts', () => {
  const parts = [parameter('shared_buffers', '9TB', 'ALTER SYSTEM'), parameter('work_mem', '1MB')];
  const asides = ['HINT:  … perhaps by reducing "shared_buffers" or "max_connections".'];
  const defaults = new Map([['shared_buffers', '16384']]);
  expect(candidates({ parts, asides, defaults, words: ['FATAL:  could not map'] })).toEqual([['shared_buffers=16384']]);
});

test('what commits promise is not bought back, and no secret goes onto the command line', () => {
  const parts = [parameter('fsync', 'on'), parameter('primary_conninfo', 'new', 'ALTER SYSTEM')];
  const before = { ...good, parameters: { fsync: 'off', primary_conninfo: 'old' } };
  expect(candidates({ parts, lastGood: before, words: ['FATAL:  fsync, primary_conninfo'] })).toEqual([]);
});

test("what the user's files set and no value can beat is no candidate", () => {
  const parts = [file, parameter('odd', '1', 'postgresql.conf')];
  expect(
    candidates({ parts, words: ['FATAL:  odd', 'FATAL:  configuration file "/data/x.conf" contains errors'] }),
  ).toEqual([]);
});

test("the user's file is replaced when PostgreSQL cannot take it, wherever the error is", () => {
  const words = ['FATAL:  configuration file "/data/pg-instance-manager.conf" contains errors'];
  expect(candidates({ lastGood: good, words })[0]).toEqual(['file']);
  expect(
    candidates({
      lastGood: { ...good, parameters: {} },
      words: ['FATAL:  "/data/postgresql.auto.conf" contains errors'],
    }),
  ).toEqual([]);
});

test('preloaded libraries are tried one by one when PostgreSQL cannot even load them, and then all together', () => {
  const parts = [library('a'), library('b')];
  expect(candidates({ parts, refusal: 'it was killed with SIGBUS' })).toEqual([['a'], ['b'], ['a', 'b']]);
  expect(candidates({ parts, refusal: 'could not load library "/x/b.so": no' })[0]).toEqual(['b']);
});

describe('what no setting mends is no reason to leave anything out:', () => {
  test.each([
    'FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device',
    'FATAL:  lock file "postmaster.pid" already exists',
    'FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use',
    'PANIC:  could not locate a valid checkpoint record at 0/1',
    'FATAL:  could not open file "global/pg_filenode.map": Permission denied',
    'LOG:  could not bind IPv4 address "0.0.0.0": Address already in use',
  ])('%s', (line) => {
    const parts = [parameter('shared_buffers', '9TB'), parameter('port', '1')];
    expect(candidates({ parts, lastGood: good, words: [line] })).toEqual([]);
  });
});

describe('a settings file with errors, and nothing known of an earlier start', () => {
  const lines: Part = { kind: 'lines', path: '/data/postgresql.conf', value: 'f00d' };
  const own = (name: string): Part => parameter(name, '1', 'postgresql.conf');
  const words = ['FATAL:  configuration file "/run/pg.conf" contains errors'];
  const asides = ['LOG:  unrecognized configuration parameter "no_such" in file "/data/postgresql.conf" line 3'];

  test('is taken without what PostgreSQL names in it', () => {
    const parts = [file, lines, own('work_mem'), own('no_such')];
    expect(candidates({ parts, words, asides })).toEqual([['lines', 'no_such']]);
  });

  test('is what it was when that is known', () => {
    expect(candidates({ parts: [file, lines, own('work_mem')], words, lastGood: good })).toContainEqual(['file']);
  });

  test('is not taken when nothing of it can be read, or when a line with an error is a promise of commits', () => {
    expect(candidates({ parts: [file, lines], words })).toEqual([]);
    const parts = [file, lines, own('work_mem')];
    const hiding = ["work_mem = 4MBSynchronous_Standby_Names = 'a'", 'include /etc/ha.conf', 'recovery_target_time: 1'];
    for (const text of hiding) expect(candidates({ parts, words, lost: [text] })).toEqual([]);
    expect(candidates({ parts, words, lost: ['shared_buffers = 1 GB'] })).toEqual([['lines']]);
    expect(candidates({ parts, words, isRestoring: true })).toEqual([]);
    const invalid = ['LOG:  invalid value for parameter "synchronous_commit": "remote"'];
    expect(candidates({ parts: [...parts, own('synchronous_commit')], words, asides: invalid })).toEqual([]);
  });
});

test('a start without one thing that names another one goes on without both', () => {
  const already = [{ part: parameter('a_name', '1'), instead: undefined }];
  const parts = [parameter('a_name', '1'), parameter('b_name', '2'), parameter('c_name', '3')];
  expect(candidates({ parts, already, words: ['FATAL:  no "b_name"'] })).toEqual([['a_name', 'b_name']]);
  expect(candidates({ parts, already, words: ['FATAL:  no "a_name"'] })).toEqual([]);
});

test('a lock of the socket that cannot be made is about its folder, and any other lock about the server that has it', () => {
  const parts = [parameter('unix_socket_directories', '/gone'), parameter('work_mem', '1MB')];
  const missing = 'FATAL:  could not create lock file "/gone/.s.PGSQL.5432.lock": No such file or directory';
  expect(candidates({ parts, words: [missing] })).toEqual([['unix_socket_directories']]);
  const held = 'FATAL:  lock file "/gone/.s.PGSQL.5432.lock" already exists';
  expect(candidates({ parts, words: [held] })).toEqual([]);
});

test('a value with which it has started before, and does not now, gives way to the built-in one', () => {
  const parts = [parameter('unix_socket_directories', '/gone', 'postgresql.conf')];
  const words = ['FATAL:  could not create lock file "/gone/.s.PGSQL.5432.lock": No such file or directory'];
  const lastGood = { ...good, parameters: { unix_socket_directories: '/gone' } };
  const defaults = new Map([['unix_socket_directories', '/run']]);
  expect(candidates({ parts, words, lastGood, defaults })).toEqual([['unix_socket_directories=/run']]);
});

test('where a restore is to end is never left out, and it never ends where an older file says', () => {
  const parts = [file, parameter('recovery_target_time', 'noon', 'postgresql.conf')];
  const words = ['FATAL:  invalid value for parameter "recovery_target_time" in /data/postgresql.conf'];
  const defaults = new Map([['recovery_target_time', '']]);
  const lastGood = { ...good, parameters: {} };
  expect(candidates({ parts, words, defaults, lastGood, isRestoring: true })).toEqual([]);
});

test('what is about the data says nothing of the settings', () => {
  const parts = [parameter('ssl', 'on')];
  const words = ['FATAL:  could not write to file "ssl": No space left on device'];
  const known = { parts, lastGood: undefined, defaults: new Map(), words, asides: [], refusal: undefined };
  expect(findCandidates({ ...known, lost: [], already: [], isRestoring: false })).toBeUndefined();
});
