import { expect, test } from 'vitest';
import { checkShape } from '../../../src/configuration/configuration-schema.ts';
import { explainMisplaced, knownKeys } from '../../../src/configuration/known-keys.ts';

const document = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Database' };
const inDatabase = [
  [],
  ['extensions', 0],
  ['schemas', 0],
  ...['fdws', 'servers'].flatMap((list) => [
    [list, 0],
    [list, 0, 'options', 0],
    [list, 0, 'usage', 0],
  ]),
];
const parents = [
  { root: {}, parent: [] },
  { root: {}, parent: ['extensions', 0] },
  { root: {}, parent: ['extensions', 0, 'image'] },
  { root: {}, parent: ['extensions', 0, 'env', 0] },
  ...inDatabase.map((path) => ({ root: {}, parent: ['databases', 0, ...path] })),
  { root: document, parent: [] },
  ...inDatabase.map((path) => ({ root: document, parent: ['spec', ...path] })),
];

function valueWith(path: readonly (string | number)[], inner: unknown): unknown {
  return path.reduceRight<unknown>((value, step) => (typeof step === 'number' ? [value] : { [step]: value }), inner);
}

test.each(parents)('the keys that are known at $parent are those of the schema', ({ root, parent }) => {
  const known = knownKeys([...parent, ''], root);
  expect(known.length).toBeGreaterThan(1);
  const inner = Object.fromEntries([...known, 'unheard_of'].map((key) => [key, null]));
  const placed = valueWith(parent, inner);
  const checked = checkShape({ ...(placed as object), ...root });
  const complaints = checked.kind === 'invalid' ? checked.complaints : [];
  expect(complaints.filter(({ at }) => at === 'key').map(({ path }) => path.at(-1))).toEqual(['unheard_of']);
});

test('a key of the other format is told where it belongs', () => {
  expect(explainMisplaced(['spec'], {})).toContain('add kind: Database');
  expect(explainMisplaced(['databases'], document)).toContain('a file of its own');
  expect(explainMisplaced(['spec', 'extensions', 0, 'cascade'], document)).toContain('under the key databases');
  expect(explainMisplaced(['spec', 'foo'], document)).toBeUndefined();
  expect(explainMisplaced(['foo'], {})).toBeUndefined();
});
