import { expect, test } from 'vitest';
import { suggestKey } from '../../../src/lib/suggest-key.ts';

const known = ['extensions', 'shared_preload_libraries', 'parameters', 'restart_policy', 'env', 'bin_path'];

test.each([
  ['extension', 'extensions'],
  ['extensons', 'extensions'],
  ['Parameters', 'parameters'],
  ['restartPolicy', 'restart_policy'],
  ['restart-policy', 'restart_policy'],
  ['sharedPreloadLibrarys', 'shared_preload_libraries'],
  ['envs', 'env'],
  ['bin_paths', 'bin_path'],
])('takes %s for %s', (unknown, suggestion) => {
  expect(suggestKey(unknown, known)).toBe(suggestion);
});

test.each(['postgresql', 'x', '', 'en_v_ars', 'e'.repeat(1_000_000)])('does not guess what %.20s means', (unknown) => {
  expect(suggestKey(unknown, known)).toBeUndefined();
});

test('has nothing to suggest where nothing is known', () => {
  expect(suggestKey('a', [])).toBeUndefined();
});
