import { expect, test } from 'vitest';
import type { DatabasePlan, Remark } from '../../../src/databases/database-plan.ts';
import { holdBack } from '../../../src/databases/hold-back.ts';

const item = (name: string) => ({ kind: 'extension', name }) as const;
const create = (name: string, after: readonly string[] = []): DatabasePlan['actions'][number] => ({
  item: item(name),
  action: { kind: 'create-extension', extension: name, version: undefined, schema: undefined, cascade: false },
  after: after.map(item),
});
const plan: DatabasePlan = {
  items: [
    { item: item('postgis'), verdict: { kind: 'due' } },
    { item: item('pgrouting'), verdict: { kind: 'due' } },
    { item: item('on_top'), verdict: { kind: 'due' } },
    { item: item('hstore'), verdict: { kind: 'in-place', remark: undefined } },
  ],
  actions: [create('postgis'), create('pgrouting', ['postgis']), create('on_top', ['pgrouting'])],
};
const remark: Remark = { reason: 'StatementFailed', message: 'It failed a moment ago.' };

test('nothing is held back without an objection', () => {
  expect(holdBack(plan, () => undefined)).toEqual(plan);
});

test('what is held back keeps what needs it waiting, and what needs that', () => {
  const held = holdBack(plan, ({ name }) => (name === 'postgis' ? remark : undefined));
  expect(held.actions).toEqual([]);
  expect(held.items[0]?.verdict).toEqual({ kind: 'blocked', remark });
  expect(held.items[1]?.verdict).toMatchObject({
    kind: 'blocked',
    remark: { reason: 'DependencyMissing', message: expect.stringContaining('waits for the extension postgis') },
  });
  expect(held.items[2]?.verdict).toMatchObject({ kind: 'blocked' });
});

test('what is in place stays in place, and what does not need it goes on', () => {
  const held = holdBack(plan, ({ name }) => (name === 'on_top' ? remark : undefined));
  expect(held.items[3]?.verdict.kind).toBe('in-place');
  expect(held.actions.map(({ item: { name } }) => name)).toEqual(['postgis', 'pgrouting']);
});

test('the objection sees the actions of its item', () => {
  const seen: unknown[] = [];
  holdBack(plan, (one, actions) => {
    seen.push([one.name, actions.length]);
    return undefined;
  });
  expect(seen).toEqual([
    ['postgis', 1],
    ['pgrouting', 1],
    ['on_top', 1],
  ]);
});
