import { describe, expect, test } from 'vitest';
import type { FdwDeclaration, ServerDeclaration } from '../../../src/configuration/database-declaration.ts';
import type { DatabaseCatalog, ObservedFdw, ObservedServer } from '../../../src/databases/database-catalog.ts';
import { planForeign } from '../../../src/databases/plan-foreign.ts';
import { aDeclaredFdw, aDeclaredServer, anOption } from '../../support/a-database.ts';

const noOptions: ReadonlyMap<string, string> = new Map();

/** The wrapper `files` as it is in the database. */
function existingFdw(changes: Partial<ObservedFdw> = {}): Pick<DatabaseCatalog, 'fdws'> {
  const plain = { owner: 'postgres', handler: undefined, validator: undefined, options: noOptions };
  return { fdws: new Map([['files', { ...plain, usage: new Set(['postgres']), ...changes }]]) };
}

/** The server `far` of the wrapper `files` as it is in the database. */
function existingServer(changes: Partial<ObservedServer> = {}): Pick<DatabaseCatalog, 'servers'> {
  return {
    servers: new Map([['far', { fdw: 'files', options: noOptions, usage: new Set(['postgres']), ...changes }]]),
  };
}

function plan(
  { fdws = [], servers = [] }: { fdws?: readonly FdwDeclaration[]; servers?: readonly ServerDeclaration[] },
  catalog: Partial<Pick<DatabaseCatalog, 'fdws' | 'servers'>> = {},
) {
  const planned = planForeign({ name: 'app', fdws, servers }, { fdws: new Map(), servers: new Map(), ...catalog });
  return {
    verdicts: planned.items.map(({ verdict }) => verdict),
    actions: planned.actions.map(({ action }) => action),
    after: planned.actions.map(({ after }) => after),
  };
}

const files = (changes: Parameters<typeof aDeclaredFdw>[1] = {}) => ({ fdws: [aDeclaredFdw('files', changes)] });
const far = (changes: Parameters<typeof aDeclaredServer>[1] = {}) => ({ servers: [aDeclaredServer('far', changes)] });
const inPlace = [{ kind: 'in-place', remark: undefined }];

describe('a foreign data wrapper', () => {
  test('is made, then given to its owner, then its usage is granted', () => {
    const options = [anOption('debug', 'on')];
    const usage = [
      { name: 'olga', type: 'grant' },
      { name: 'owen', type: 'revoke' },
    ] as const;
    expect(plan(files({ handler: 'files_handler', validator: '-', owner: 'owen', options, usage })).actions).toEqual([
      { kind: 'create-fdw', fdw: 'files', handler: 'files_handler', validator: '-', options },
      { kind: 'alter-fdw-owner', fdw: 'files', owner: 'owen' },
      { kind: 'change-usage', on: 'FOREIGN DATA WRAPPER', name: 'files', usage: usage[0] },
    ]);
  });

  test('of which a function or the owner is an empty text is one of which nothing is said of it', () => {
    const empty = files({ handler: '', validator: '', owner: '' });
    expect(plan(empty).actions).toEqual([
      { kind: 'create-fdw', fdw: 'files', handler: undefined, validator: undefined, options: [] },
    ]);
    expect(plan(empty, existingFdw({ handler: 'h', validator: 'v', owner: 'owen' })).verdicts).toEqual(inPlace);
  });

  test('is in place when nothing that is declared differs', () => {
    expect(plan(files(), existingFdw({ handler: 'h', validator: 'v', owner: 'owen' })).verdicts).toEqual(inPlace);
    const declared = files({ handler: 'h', validator: 'v', owner: 'owen' });
    expect(plan(declared, existingFdw({ handler: 'h', validator: 'v', owner: 'owen' })).verdicts).toEqual(inPlace);
  });

  test('gets only the function changed that differs', () => {
    expect(
      plan(files({ handler: 'new', validator: 'v' }), existingFdw({ handler: 'h', validator: 'v' })),
    ).toMatchObject({
      verdicts: [{ kind: 'due' }],
      actions: [{ kind: 'alter-fdw-functions', fdw: 'files', handler: 'new', validator: undefined }],
    });
  });

  test.each([
    ['fn', 'fn'],
    ['public.fn', 'fn'],
    ['pg_catalog.fn', 'fn'],
    ['far.fn', 'far.fn'],
    ['fn', 'far.fn'],
    ['-', undefined],
  ])('has the handler %s when the catalogue says %s', (declared, existing) => {
    expect(plan(files({ handler: declared }), existingFdw({ handler: existing })).verdicts).toEqual(inPlace);
  });

  test.each([
    ['other', 'fn'],
    ['far.fn', 'fn'],
    ['near.fn', 'far.fn'],
    ['fn', undefined],
    ['-', 'fn'],
  ])('has another handler than %s when the catalogue says %s', (declared, existing) => {
    expect(plan(files({ handler: declared }), existingFdw({ handler: existing })).actions).toHaveLength(1);
  });

  test('is given to the owner that is declared', () => {
    expect(plan(files({ owner: 'owen' }), existingFdw()).actions).toEqual([
      { kind: 'alter-fdw-owner', fdw: 'files', owner: 'owen' },
    ]);
  });

  test('that is to be absent is dropped if it is there', () => {
    expect(plan(files({ ensure: 'absent' }), existingFdw()).actions).toEqual([{ kind: 'drop-fdw', fdw: 'files' }]);
    expect(plan(files({ ensure: 'absent' })).verdicts).toEqual(inPlace);
  });
});

describe('options', () => {
  const declared = [
    anOption('new', '1'),
    anOption('same', '2'),
    anOption('other', '3'),
    anOption('gone', '', 'absent'),
  ];
  const existing = new Map([
    ['same', '2'],
    ['other', 'x'],
    ['gone', 'y'],
    ['by hand', 'z'],
  ]);
  const changes = [
    { change: 'ADD', name: 'new', value: '1' },
    { change: 'SET', name: 'other', value: '3' },
    { change: 'DROP', name: 'gone' },
  ];

  test('are added, set and dropped; one that nobody declared stays', () => {
    expect(plan(files({ options: declared }), existingFdw({ options: existing })).actions).toEqual([
      { kind: 'alter-fdw-options', fdw: 'files', changes },
    ]);
    expect(plan(far({ options: declared }), existingServer({ options: existing })).actions).toEqual([
      { kind: 'alter-server-options', server: 'far', changes },
    ]);
  });

  test('that are to be absent and are not there are in place', () => {
    expect(plan(far({ options: [anOption('gone', '', 'absent')] }), existingServer()).verdicts).toEqual(inPlace);
  });

  test('with an empty value are options', () => {
    expect(plan(far({ options: [anOption('o', '')] }), existingServer()).actions).toMatchObject([
      { changes: [{ change: 'ADD', name: 'o', value: '' }] },
    ]);
  });
});

describe('usage', () => {
  const grant = (name: string) => ({ name, type: 'grant' }) as const;
  const revoke = (name: string) => ({ name, type: 'revoke' }) as const;
  const changed = (usage: ServerDeclaration['usage'], existing: readonly string[]) =>
    plan(far({ usage }), existingServer({ usage: new Set(existing) })).actions.map((action) =>
      action.kind === 'change-usage' ? action.usage : action,
    );

  test('is granted to who has it not, and revoked from who has it', () => {
    const usage = [grant('a'), grant('b'), revoke('c'), revoke('d')];
    expect(changed(usage, ['a', 'c', 'e'])).toEqual([grant('b'), revoke('c')]);
  });

  test('of everybody is written in any case', () => {
    expect(changed([grant('PUBLIC')], ['public'])).toEqual([]);
    expect(changed([revoke('Public')], ['public'])).toEqual([revoke('Public')]);
  });

  test('of a role is not that of another one with the same letters in another case', () => {
    expect(changed([grant('Olga')], ['olga'])).toEqual([grant('Olga')]);
  });
});

describe('a server', () => {
  test('is made with its options, then its usage is granted', () => {
    const options = [anOption('host', 'db')];
    const usage = [{ name: 'olga', type: 'grant' }] as const;
    expect(plan(far({ options, usage })).actions).toEqual([
      { kind: 'create-server', server: 'far', fdw: 'files', options },
      { kind: 'change-usage', on: 'FOREIGN SERVER', name: 'far', usage: usage[0] },
    ]);
  });

  test('comes after the wrapper that is declared beside it, and waits for no other one', () => {
    const after = plan({ ...files(), ...far() }).after.at(-1);
    expect(after).toEqual([{ kind: 'fdw', name: 'files' }]);
    expect(plan(far()).after).toEqual([[]]);
    expect(plan({ ...files({ ensure: 'absent' }), ...far() }).after).toEqual([[]]);
  });

  test('of another wrapper is left alone, and it is said what to do', () => {
    const { verdicts, actions } = plan(far({ options: [anOption('host', 'db')] }), existingServer({ fdw: 'mysql' }));
    expect(verdicts).toMatchObject([{ kind: 'blocked' }]);
    expect(JSON.stringify(verdicts)).toContain(
      'The server far in the database app uses the foreign data wrapper mysql, declared is files',
    );
    expect(actions).toEqual([]);
  });

  test('that is to be absent is dropped if it is there, whatever wrapper it has', () => {
    const absent = far({ ensure: 'absent', fdw: '' });
    expect(plan(absent, existingServer()).actions).toEqual([{ kind: 'drop-server', server: 'far' }]);
    expect(plan(absent).verdicts).toEqual(inPlace);
  });
});
