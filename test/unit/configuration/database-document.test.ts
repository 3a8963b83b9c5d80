import { expect, test } from 'vitest';
import { hasKind, refuseKind } from '../../../src/configuration/database-document.ts';

test('a file is a document if its map has a kind, whatever that is', () => {
  expect([{ kind: 'Database' }, { kind: null }].map(hasKind)).toEqual([true, true]);
  expect([null, 'kind', ['kind'], { extensions: [] }].map(hasKind)).toEqual([false, false, false, false]);
});

test.each(['Cluster', 'database', 'ImageCatalog', '', null, 5])(
  'refuseKind says what may stand here but %j',
  (kind) => {
    expect(refuseKind({ kind })).toMatchObject({ path: ['kind'], expected: 'Database' });
    expect(refuseKind({ kind })?.message).toContain('only a Database of CloudNativePG may stand here');
  },
);
