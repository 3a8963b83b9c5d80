import { expect, test } from 'vitest';
import { repetitions } from '../../../src/configuration/placed-complaint.ts';

test('repetitions blames each later item of a name, and none without a name', () => {
  const document = {
    file: 'a',
    value: [],
    locate: () => ({ file: 'a', path: [], line: 7, column: 1 }),
    numberText: () => undefined,
  };
  const items = ['x', undefined, 'x', undefined, 'y', 'x'].map((name, index) => ({ document, path: [index], name }));
  const found = repetitions(items, 'each once', 'it is already at');
  expect(found.map(({ complaint }) => [complaint.path, complaint.message])).toEqual([
    [[2], 'it is already at a:7:1'],
    [[5], 'it is already at a:7:1'],
  ]);
});
