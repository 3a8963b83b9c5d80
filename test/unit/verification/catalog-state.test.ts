import { expect, test } from 'vitest';
import { type CatalogState, compareStates } from '../../../src/verification/catalog-state.ts';

function state(...objects: readonly (readonly [id: string, description: string, isPart?: boolean])[]): CatalogState {
  return new Map(objects.map(([id, description, isPart = false]) => [id, { description, isPart }]));
}

test('what is left and what is gone is told, without what goes with it', () => {
  const before = state(['1 1', 'table old']);
  const after = state(['1 2', 'table left'], ['2 3', 'type left', true], ['3 4', 'role left']);
  expect(compareStates(before, after, undefined)).toEqual({ left: ['role left', 'table left'], gone: ['table old'] });
});

test('a part whose whole is older is told', () => {
  expect(compareStates(state(), state(['1 1', 'index of an older table', true]), undefined).left).toEqual([
    'index of an older table',
  ]);
});

test('an object that was made anew is not the old one', () => {
  expect(compareStates(state(['1 1', 'table t']), state(['1 2', 'table t']), undefined)).toEqual({
    left: ['table t'],
    gone: ['table t'],
  });
});

test('only the schema of the control file may stay', () => {
  const after = state(['1 1', 'schema home'], ['1 2', 'schema other']);
  expect(compareStates(state(), after, 'home').left).toEqual(['schema other']);
});
