import { expect, test } from 'vitest';
import { explainIssue } from '../../../src/configuration/explain-issue.ts';

test('each unknown key is a complaint of its own', () => {
  const issue = { code: 'unrecognized_keys', keys: ['nam', 'x'], path: ['extensions', 0], message: '' } as const;
  expect(explainIssue({ ...issue, keys: [...issue.keys], path: [...issue.path] }, {})).toMatchObject([
    { path: ['extensions', 0, 'nam'], at: 'key', found: 'the unknown key "nam"', message: 'did you mean name?' },
    { path: ['extensions', 0, 'x'], at: 'key', found: 'the unknown key "x"', message: 'remove it' },
  ]);
});

test('a number where a text belongs is to be quoted', () => {
  const root = { extensions: [{ name: 5 }] };
  const path = ['extensions', 0, 'name'];
  expect(explainIssue({ code: 'invalid_type', expected: 'string', path, message: '' }, root)).toEqual([
    { path, at: 'value', found: '5', expected: 'a text', message: 'put it in quotes' },
  ]);
});

test('a map is told by its keys', () => {
  const path = ['extensions', 3, 'image'];
  const [complaint] = explainIssue(
    { code: 'invalid_type', expected: 'object', path, message: '' },
    {
      extensions: [0, 0, 0, { image: 'x' }],
    },
  );
  expect(complaint).toMatchObject({ found: 'a text', message: 'it has the keys reference, pullPolicy' });
});

test('an issue of an unforeseen kind is a complaint all the same', () => {
  const issue = { code: 'not_multiple_of', divisor: 2, path: ['extensions'], message: '', origin: 'number' } as const;
  expect(explainIssue({ ...issue, path: [...issue.path] }, { extensions: 3 })).toMatchObject([
    { path: ['extensions'], found: '3', message: 'not acceptable' },
  ]);
});
