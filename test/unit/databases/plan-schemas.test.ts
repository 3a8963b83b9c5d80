import { expect, test } from 'vitest';
import type { SchemaDeclaration } from '../../../src/configuration/database-declaration.ts';
import { isReservedSchema, planSchemas } from '../../../src/databases/plan-schemas.ts';
import { aDatabaseCatalog, aDeclaredSchema } from '../../support/a-database.ts';

const catalog = aDatabaseCatalog({ schemas: new Map([['geo', 'owen']]) });

function plan(...schemas: readonly SchemaDeclaration[]) {
  const { items, actions } = planSchemas({ name: 'app', schemas }, catalog);
  return { verdicts: items.map(({ verdict }) => verdict), actions: actions.map(({ action }) => action) };
}

const inPlace = { kind: 'in-place', remark: undefined };

test('a schema that is missing is made, with its owner', () => {
  expect(plan(aDeclaredSchema('new', { owner: 'owen' }), aDeclaredSchema('plain'))).toEqual({
    verdicts: [{ kind: 'due' }, { kind: 'due' }],
    actions: [
      { kind: 'create-schema', schema: 'new', owner: 'owen' },
      { kind: 'create-schema', schema: 'plain', owner: undefined },
    ],
  });
});

test('a schema that is there is in place, whoever it belongs to if no owner is declared', () => {
  const { verdicts, actions } = plan(aDeclaredSchema('geo'), aDeclaredSchema('geo', { owner: 'owen' }));
  expect(verdicts).toEqual([inPlace, inPlace]);
  expect(actions).toEqual([]);
});

test('a schema of somebody else is given to its owner', () => {
  expect(plan(aDeclaredSchema('geo', { owner: 'olga' })).actions).toEqual([
    { kind: 'alter-schema-owner', schema: 'geo', owner: 'olga' },
  ]);
});

test('a schema that is to be absent is dropped if it is there', () => {
  expect(plan(aDeclaredSchema('geo', { ensure: 'absent' }), aDeclaredSchema('gone', { ensure: 'absent' }))).toEqual({
    verdicts: [{ kind: 'due' }, inPlace],
    actions: [{ kind: 'drop-schema', schema: 'geo' }],
  });
});

test('the schemas of PostgreSQL are neither made nor dropped, and the others go on', () => {
  const reserved = [aDeclaredSchema('pg_catalog', { ensure: 'absent' }), aDeclaredSchema('information_schema')];
  const { verdicts, actions } = plan(...reserved, aDeclaredSchema('pg_mine'), aDeclaredSchema('new'));
  expect(verdicts.slice(0, 3)).toMatchObject(
    Array.from({ length: 3 }, () => ({ kind: 'blocked', remark: { reason: 'SchemaReserved' } })),
  );
  expect(JSON.stringify(verdicts[2])).toContain('The schema pg_mine in the database app');
  expect(actions.map(({ kind }) => kind)).toEqual(['create-schema']);
});

test('public is a schema like any other', () => {
  expect(isReservedSchema('public')).toBe(false);
  expect(isReservedSchema('pgcrypto')).toBe(false);
  expect(isReservedSchema('pg_toast')).toBe(true);
});

test('nothing is planned for a schema that is there and not declared', () => {
  expect(planSchemas({ name: 'app', schemas: [] }, catalog)).toEqual({ items: [], actions: [] });
});
