import { describe, expect, test } from 'vitest';
import type { DatabaseDeclaration } from '../../../src/configuration/database-declaration.ts';
import { planServer } from '../../../src/databases/plan-server.ts';
import type { ServerCatalog } from '../../../src/databases/server-catalog.ts';
import {
  sortDatabases,
  unseenDatabase,
  verdictOf,
  waitingForPromotion,
} from '../../../src/databases/unseen-database.ts';
import { aDatabaseRow, aDeclaration, aServerCatalog } from '../../support/a-database.ts';
import { aLeavingImage } from '../../support/a-leaving-image.ts';

function sort(declarations: readonly DatabaseDeclaration[], server: ServerCatalog = aServerCatalog(), leaving = false) {
  const reconciled = { server, plans: planServer(declarations, server) };
  const wish = { declarations, leaving: leaving ? [aLeavingImage('pgvector')] : [] };
  const { names, unseen } = sortDatabases(wish, reconciled);
  return { names, unseen: unseen.map(({ name, applied, remark }) => ({ name, applied, reason: remark?.reason })) };
}

const absent = { ensure: 'absent' } as const;

describe('looked into', () => {
  test('are all databases but templates, declared ones first', () => {
    expect(sort([]).names).toEqual(['app', 'postgres']);
    expect(sort([aDeclaration({ name: 'postgres' })]).names).toEqual(['postgres', 'app']);
  });

  test('is a template when it is declared', () => {
    expect(sort([aDeclaration({ name: 'template1' })]).names).toEqual(['template1', 'app', 'postgres']);
  });

  test('are templates when an image is to go that they may use, and those that take no connections are told of', () => {
    const { names, unseen } = sort([], aServerCatalog(), true);
    expect(names).toEqual(['app', 'postgres', 'template1']);
    expect(unseen).toEqual([{ name: 'template0', applied: null, reason: 'DatabaseNotConnectable' }]);
  });

  test('is each one once, declared or not', () => {
    expect(sort([aDeclaration()]).names).toEqual(['app', 'postgres']);
  });
});

describe('not looked into, and told of', () => {
  test('is a declared database that is not there', () => {
    const { names, unseen } = sort([aDeclaration({ name: 'shop' })]);
    expect(unseen).toEqual([{ name: 'shop', applied: null, reason: 'DatabaseMissing' }]);
    expect(names).not.toContain('shop');
  });

  test('is one that accepts no connections, and one that an interrupted DROP DATABASE has left behind', () => {
    const databases = [
      aDatabaseRow('closed', { allowsConnections: false }),
      aDatabaseRow('invalid', { connectionLimit: -2 }),
    ];
    const { names, unseen } = sort([aDeclaration({ name: 'invalid' })], aServerCatalog({ databases }));
    expect(names).toEqual([]);
    expect(unseen).toEqual([
      { name: 'invalid', applied: false, reason: 'DatabaseInvalid' },
      { name: 'closed', applied: null, reason: 'DatabaseNotConnectable' },
    ]);
  });

  test('is one that is about to be dropped', () => {
    const { names, unseen } = sort([aDeclaration(absent)]);
    expect(names).toEqual(['postgres']);
    expect(unseen).toEqual([{ name: 'app', applied: null, reason: undefined }]);
  });

  test('is one that was dropped, which is as declared', () => {
    expect(sort([aDeclaration({ name: 'shop', ...absent })]).unseen).toEqual([
      { name: 'shop', applied: true, reason: undefined },
    ]);
  });
});

describe('on a standby', () => {
  test('a database that is not there yet waits for promotion', () => {
    const server = aServerCatalog({ inRecovery: true });
    const report = unseenDatabase('shop', aDeclaration({ name: 'shop' }), { kind: 'due' }, server);
    expect(report).toMatchObject({ applied: null, remark: waitingForPromotion('shop') });
    expect(waitingForPromotion('shop').message).toContain('waiting for promotion');
  });

  test('one that is there is looked into', () => {
    expect(unseenDatabase('app', aDeclaration(), undefined, aServerCatalog({ inRecovery: true }))).toBeUndefined();
  });
});

test('the verdict on a database is that of its own plan, and there is none when it is not declared', () => {
  const server = aServerCatalog();
  const reconciled = { server, plans: planServer([aDeclaration()], server) };
  expect(verdictOf(reconciled, 'app')).toEqual({ kind: 'in-place', remark: undefined });
  expect(verdictOf(reconciled, 'postgres')).toBeUndefined();
});
