import { expect, test } from 'vitest';
import { checkTogether } from '../../../src/configuration/check-together.ts';
import type { SourceDocument } from '../../../src/documents/source-document.ts';

function documentOf(file: string, value: unknown): SourceDocument {
  return { file, value, locate: (path) => ({ file, path, line: path.length, column: 1 }), numberText: () => undefined };
}

test.each([null, 'text', [], { extensions: 'x', parameters: [] }, { extensions: [null, 'x', { name: 5, env: {} }] }])(
  'checkTogether has nothing to say about %j, whose shape is wrong',
  (value) => {
    expect(checkTogether([documentOf('a', value), documentOf('b', value)])).toEqual({ problems: [], warnings: [] });
  },
);

test('checkTogether blames the later one and names the earlier', () => {
  const value = { extensions: [{ name: 'a' }], parameters: { x: 1 }, restart_policy: 'manual' };
  const { problems } = checkTogether([documentOf('first', value), documentOf('second', value)]);
  expect(problems.map(({ document, complaint }) => [document.file, complaint.path, complaint.message])).toEqual([
    ['second', ['extensions', 0, 'name'], 'the same extension is already listed at first:3:1'],
    ['second', ['parameters', 'x'], 'it is already set at first:2:1'],
    ['second', ['restart_policy'], 'it is already set at first:1:1'],
  ]);
});

test('checkTogether blames each of several repetitions', () => {
  const { problems } = checkTogether([documentOf('a', { extensions: [{ name: 'a' }, { name: 'a' }, { name: 'a' }] })]);
  expect(problems).toHaveLength(2);
});

test('checkTogether compares the volumes of three names, of which two are equal', () => {
  const names = ['a_b', 'a-b', 'a_b', 'a-b'];
  const { problems } = checkTogether([documentOf('a', { extensions: names.map((name) => ({ name })) })]);
  expect(problems.map(({ complaint }) => complaint.expected)).toEqual([
    'a name that differs in more than underscores and hyphens',
    'each extension once',
    'each extension once',
  ]);
});

test('checkTogether warns about a folder twice in a list, not in two lists', () => {
  const entry = { name: 'a', bin_path: ['x', './x', '..', '..', 5, 5], ld_library_path: ['x'] };
  const { warnings } = checkTogether([documentOf('a', { extensions: [entry] })]);
  expect(warnings.map(({ complaint }) => complaint.path)).toEqual([['extensions', 0, 'bin_path', 1]]);
});
