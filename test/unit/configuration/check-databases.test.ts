import { expect, test } from 'vitest';
import { checkDatabases } from '../../../src/configuration/check-databases.ts';
import type { SourceDocument } from '../../../src/documents/source-document.ts';

function documentOf(value: unknown, file = 'a'): SourceDocument {
  return { file, value, locate: (path) => ({ file, path, line: path.length, column: 1 }), numberText: () => undefined };
}

function problemsOf(...databases: unknown[]): readonly string[] {
  const { problems } = checkDatabases([documentOf({ databases })]);
  return problems.map(({ complaint }) => complaint.path.slice(1).join('.'));
}

test.each([null, 'x', { databases: 'x' }, { databases: [null, 'x', {}] }, { kind: 'Cluster', spec: { name: 'a' } }])(
  'has nothing to say about %j, whose shape is wrong',
  (value) => {
    expect(checkDatabases([documentOf(value), documentOf(value)])).toEqual({ problems: [], warnings: [] });
  },
);

test('the same database is refused across files and formats, and both places are named', () => {
  const document = { kind: 'Database', spec: { name: 'app' } };
  const { problems } = checkDatabases([documentOf(document, 'a'), documentOf({ databases: [{ name: 'app' }] }, 'b')]);
  expect(problems.map(({ document: { file }, complaint }) => [file, complaint.path, complaint.message])).toEqual([
    ['b', ['databases', 0, 'name'], 'the same database is already declared at a:2:1'],
  ]);
});

test('names that differ in case are different databases', () => {
  expect(problemsOf({ name: 'app' }, { name: 'App' })).toEqual([]);
});

test.each(['extensions', 'schemas', 'fdws'])(
  'an item stands once in %s of a database, and may in two databases',
  (list) => {
    const once = { [list]: [{ name: 'x' }] };
    expect(problemsOf({ name: 'a', ...once }, { name: 'b', ...once })).toEqual([]);
    expect(problemsOf({ name: 'a', [list]: [{ name: 'x' }, { name: 'x', ensure: 'absent' }] })).toEqual([
      `0.${list}.1.name`,
    ]);
  },
);

test('an option and a role stand once', () => {
  const options = [
    { name: 'o', value: '1' },
    { name: 'o', value: '2' },
  ];
  const usage = [{ name: 'me' }, { name: 'me', type: 'revoke' }];
  const server = { name: 's', fdw: 'f', options, usage };
  expect(problemsOf({ name: 'a', servers: [server, server] })).toEqual([
    '0.servers.1.name',
    ...['0.servers.0.options.1.name', '0.servers.0.usage.1.name'],
    ...['0.servers.1.options.1.name', '0.servers.1.usage.1.name'],
  ]);
});

test('an option needs a value and a server its wrapper, unless they are to be absent', () => {
  const bare = [{ name: 'x' }, { name: 'y', ensure: 'absent' }];
  expect(problemsOf({ name: 'a', servers: bare, fdws: [{ name: 'f', options: bare }] })).toEqual([
    '0.servers.0.fdw',
    '0.fdws.0.options.0.value',
  ]);
});

test.each(['postgres', 'template0', 'template1'])('%s is not dropped, but may be declared', (name) => {
  expect(problemsOf({ name, ensure: 'absent' })).toEqual(['0.ensure']);
  expect(problemsOf({ name })).toEqual([]);
});

test('create_owner needs an owner', () => {
  expect(problemsOf({ name: 'a', create_owner: true, owner: null })).toEqual(['0.create_owner']);
  expect(problemsOf({ name: 'a', create_owner: true, owner: 'me' }, { name: 'b', create_owner: false })).toEqual([]);
});

test('a version and update: default exclude each other', () => {
  const extension = { name: 'x', version: '1' };
  expect(problemsOf({ name: 'a', extensions: [{ ...extension, update: 'default' }] })).toEqual([
    '0.extensions.0.update',
  ]);
  expect(problemsOf({ name: 'a', extensions: [{ ...extension, update: 'manual' }] })).toEqual([]);
});

test('what is declared in a database that is to be absent is ignored with a warning', () => {
  const { problems, warnings } = checkDatabases([
    documentOf({ databases: [{ name: 'a', ensure: 'absent', schemas: [], extensions: [{ name: 'x' }] }] }),
  ]);
  expect(problems).toEqual([]);
  expect(warnings.map(({ complaint }) => complaint.path)).toEqual([['databases', 0, 'extensions']]);
});

test('databaseReclaimPolicy: delete is accepted with a warning', () => {
  const spec = { name: 'a', owner: 'b', databaseReclaimPolicy: 'delete' };
  const { problems, warnings } = checkDatabases([documentOf({ kind: 'Database', spec })]);
  expect(problems).toEqual([]);
  expect(warnings[0]?.complaint.message).toContain('ensure: absent does');
});
