import { expect, test } from 'vitest';
import { hasKind } from '../../../src/configuration/database-document.ts';

test('a file is a document if its map has a kind, whatever that is', () => {
  expect([{ kind: 'Database' }, { kind: null }].map(hasKind)).toEqual([true, true]);
  expect([null, 'kind', ['kind'], { extensions: [] }].map(hasKind)).toEqual([false, false, false, false]);
});
