import { describe, expect, test } from 'vitest';
import type { DatabaseDeclaration } from '../../../src/configuration/database-declaration.ts';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import { planServer, whySkipped } from '../../../src/databases/plan-server.ts';
import type { ServerCatalog } from '../../../src/databases/server-catalog.ts';
import {
  aDatabaseRow,
  aDeclaration,
  aDeclaredExtension,
  aDeclaredFdw,
  aDeclaredSchema,
  aDeclaredServer,
  aServerCatalog,
} from '../../support/a-database.ts';

/** The plan for the first of these declarations. */
function plan(declaration: Partial<DatabaseDeclaration>, server: ServerCatalog = aServerCatalog()) {
  const declared = aDeclaration(declaration);
  const planned = planServer([declared], server).get(declared.name);
  if (planned === undefined) throw new Error('each declaration has its plan');
  const [only] = planned.items;
  return { item: only?.item, verdict: only?.verdict, actions: planned.actions.map(({ action }) => action) };
}

function withRow(changes: Parameters<typeof aDatabaseRow>[1]): ServerCatalog {
  return aServerCatalog({ databases: [aDatabaseRow('app', changes)] });
}

const noDatabases = aServerCatalog({ databases: [], roles: new Set(['owen']) });
const inPlace = { kind: 'in-place', remark: undefined };

describe('a database that is to be there', () => {
  test('is in place when it is there and nothing else is said of it', () => {
    expect(plan({})).toEqual({ item: { kind: 'database', name: 'app' }, verdict: inPlace, actions: [] });
  });

  test('is made with all that is declared', () => {
    const creation = { template: 'template0', encoding: 'UTF8' };
    const properties = { connectionLimit: 7 };
    expect(plan({ owner: 'owen', creation, properties }, noDatabases)).toMatchObject({
      verdict: { kind: 'due' },
      actions: [{ kind: 'create-database', database: 'app', owner: 'owen', creation, properties }],
    });
  });

  test('waits for its owner, and says how to get one', () => {
    const { verdict, actions } = plan({ owner: 'nobody' }, noDatabases);
    expect(verdict).toEqual({
      kind: 'blocked',
      remark: {
        reason: 'OwnerMissing',
        message:
          'The database app is to belong to the role nobody, which does not exist; create the role, or write create_owner: true.',
      },
    });
    expect(actions).toEqual([]);
  });

  test('gets its owner made before it, where that is asked for', () => {
    const kinds = (server: ServerCatalog) =>
      plan({ owner: 'nobody', createOwner: true }, server).actions.map(({ kind }) => kind);
    expect(kinds(noDatabases)).toEqual(['create-role', 'create-database']);
    expect(kinds(aServerCatalog())).toEqual(['create-role', 'alter-database-owner']);
  });

  test('leaves an owner that is there as it is', () => {
    const actions = plan({ owner: 'owen', createOwner: true }, noDatabases).actions;
    expect(actions.map(({ kind }) => kind)).toEqual(['create-database']);
  });

  test('is given to the owner that is declared, and keeps its own when none is', () => {
    const server = aServerCatalog({ roles: new Set(['owen']) });
    expect(plan({ owner: 'owen' }, server).actions).toEqual([
      { kind: 'alter-database-owner', database: 'app', owner: 'owen' },
    ]);
    expect(plan({}, withRow({ owner: 'somebody' })).verdict).toEqual(inPlace);
  });

  test('gets each property that differs changed, and only those', () => {
    const properties = { isTemplate: true, allowConnections: true, connectionLimit: 5, tablespace: 'fast' };
    const changed = (row: Parameters<typeof aDatabaseRow>[1]) =>
      plan({ properties }, withRow(row)).actions.map((action) =>
        action.kind === 'alter-database-property' ? action.property : action,
      );
    expect(changed({})).toEqual([
      { name: 'isTemplate', value: true },
      { name: 'connectionLimit', value: 5 },
      { name: 'tablespace', value: 'fast' },
    ]);
    expect(changed({ ...properties, allowsConnections: false })).toEqual([{ name: 'allowConnections', value: true }]);
    expect(changed(properties)).toEqual([]);
  });

  test('is not changed in what is only said when it is made', () => {
    const { verdict, actions } = plan({ creation: { encoding: 'LATIN1', template: 'other' } });
    expect(actions).toEqual([]);
    expect(verdict).toEqual({
      kind: 'in-place',
      remark: {
        reason: 'CreatedOtherwise',
        message:
          'The database app was created otherwise than declared: encoding is UTF8 and not LATIN1; that cannot be changed, so declare it as it is, or make another database and move the data.',
      },
    });
  });

  test('that an interrupted DROP DATABASE has left behind is not touched, and it is said what to do', () => {
    const { verdict, actions } = plan({ owner: 'nobody', createOwner: true }, withRow({ connectionLimit: -2 }));
    expect(verdict).toMatchObject({ kind: 'blocked', remark: { reason: 'DatabaseInvalid' } });
    expect(JSON.stringify(verdict)).toContain('run DROP DATABASE on it, then it is made anew');
    expect(actions).toEqual([]);
  });
});

describe('a database that does not accept connections', () => {
  const closed = withRow({ allowsConnections: false });

  test('is in the way of what is declared in it', () => {
    const { verdict } = plan({ extensions: [aDeclaredExtension('vector')] }, closed);
    expect(verdict).toMatchObject({ kind: 'blocked', remark: { reason: 'DatabaseNotConnectable' } });
    expect(JSON.stringify(verdict)).toContain('ALLOW_CONNECTIONS true');
  });

  test('because that is declared is opened by the declaration, not by a statement that would be undone', () => {
    const declaration = { properties: { allowConnections: false }, extensions: [aDeclaredExtension('vector')] };
    const { verdict, actions } = plan(declaration, closed);
    expect(verdict).toMatchObject({ kind: 'blocked', remark: { reason: 'DatabaseNotConnectable' } });
    expect(JSON.stringify(verdict)).toContain('declare allow_connections: true for it');
    expect(actions).toEqual([]);
  });

  test.each<Partial<DatabaseDeclaration>>([
    { schemas: [aDeclaredSchema('geo')] },
    { fdws: [aDeclaredFdw('files')] },
    { servers: [aDeclaredServer('far')] },
  ])('is in the way of %o', (declaration) => {
    expect(plan(declaration, closed).verdict).toMatchObject({ kind: 'blocked' });
  });

  test('is fine when nothing is declared in it', () => {
    expect(plan({ properties: { allowConnections: false } }, closed).verdict).toEqual(inPlace);
  });

  test('is opened where that is declared', () => {
    const declaration = { properties: { allowConnections: true }, extensions: [aDeclaredExtension('vector')] };
    expect(plan(declaration, closed).verdict).toEqual({ kind: 'due' });
  });
});

describe('a database that is to be absent', () => {
  test('is dropped when it is there, invalid or not', () => {
    for (const connectionLimit of [-1, -2]) {
      expect(plan({ ensure: 'absent' }, withRow({ connectionLimit })).actions).toEqual([
        { kind: 'drop-database', database: 'app' },
      ]);
    }
  });

  test('is no template any more before it is dropped, where that is declared, and only there', () => {
    const template = withRow({ isTemplate: true });
    expect(plan({ ensure: 'absent', properties: { isTemplate: false } }, template).actions).toEqual([
      { kind: 'alter-database-property', database: 'app', property: { name: 'isTemplate', value: false } },
      { kind: 'drop-database', database: 'app' },
    ]);
    expect(plan({ ensure: 'absent' }, template).actions).toHaveLength(1);
  });

  test('is in place when it is gone', () => {
    expect(plan({ ensure: 'absent', owner: 'nobody' }, noDatabases)).toMatchObject({ verdict: inPlace, actions: [] });
  });

  test('is not dropped when it belongs to PostgreSQL', () => {
    for (const name of ['postgres', 'template0', 'template1']) {
      const { verdict, actions } = plan({ name, ensure: 'absent' });
      expect(verdict).toMatchObject({ kind: 'blocked', remark: { reason: 'DatabaseReserved' } });
      expect(actions).toEqual([]);
    }
  });
});

describe('several databases', () => {
  const actionsOf = (declarations: readonly DatabaseDeclaration[]): readonly (readonly DatabaseAction['kind'][])[] =>
    [...planServer(declarations, noDatabases).values()].map(({ actions }) => actions.map(({ action }) => action.kind));

  test('have one plan each, by name, and those that nobody declared have none', () => {
    expect([...planServer([aDeclaration(), aDeclaration({ name: 'shop' })], aServerCatalog()).keys()]).toEqual([
      'app',
      'shop',
    ]);
  });

  test('with one new owner get it made once, by the first of them', () => {
    const owned = { owner: 'nobody', createOwner: true };
    expect(actionsOf([aDeclaration(owned), aDeclaration({ ...owned, name: 'shop' })])).toEqual([
      ['create-role', 'create-database'],
      ['create-database'],
    ]);
  });

  test('share the owner that one of them wants to be made', () => {
    const shop = aDeclaration({ name: 'shop', owner: 'nobody', createOwner: true });
    expect(actionsOf([aDeclaration({ owner: 'nobody' }), shop])).toEqual([
      ['create-role', 'create-database'],
      ['create-database'],
    ]);
  });

  test('do not get an owner from one that is to be absent', () => {
    const gone = aDeclaration({ name: 'shop', owner: 'nobody', createOwner: true, ensure: 'absent' });
    expect(actionsOf([aDeclaration({ owner: 'nobody' }), gone])).toEqual([[], []]);
  });
});

describe('why a database is skipped', () => {
  test('is nothing for one that can be looked into', () => {
    expect(whySkipped(aDatabaseRow('app'))).toBeUndefined();
    expect(whySkipped(aDatabaseRow('app', { connectionLimit: 0 }))).toBeUndefined();
  });

  test('is that it is invalid before that it accepts no connections', () => {
    const reason = (changes: Parameters<typeof aDatabaseRow>[1]) => whySkipped(aDatabaseRow('app', changes))?.reason;
    expect(reason({ allowsConnections: false })).toBe('DatabaseNotConnectable');
    expect(reason({ allowsConnections: false, connectionLimit: -2 })).toBe('DatabaseInvalid');
  });
});
