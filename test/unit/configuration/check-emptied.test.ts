import { expect, test } from 'vitest';
import { checkEmptied, type ReadFiles } from '../../../src/configuration/check-emptied.ts';

const full: ReadFiles = { files: [{ path: '/config/a.yaml', text: 'parameters: { work_mem: 1MB }\n' }], warnings: [] };
const blank = [{ path: '/config/a.yaml', text: ' \n' }];

test('a file that has lost its text is told', () => {
  expect(checkEmptied('/config', full, blank)).toMatchObject([{ file: '/config/a.yaml', line: 0 }]);
});

test('it stays told until there is a text again', () => {
  const warnings = checkEmptied('/config', full, blank);
  const emptied = { files: blank, warnings };
  expect(checkEmptied('/config', emptied, [...blank, { path: '/config/b.yaml', text: '{}' }])).toEqual(warnings);
  expect(checkEmptied('/config', emptied, [{ path: '/config/a.yaml', text: '{}' }])).toEqual([]);
});

test('a folder without any file stands for those that were in it', () => {
  const warnings = checkEmptied('/config', full, []);
  expect(warnings).toMatchObject([{ file: '/config' }]);
  expect(checkEmptied('/config', { files: [], warnings }, [])).toEqual(warnings);
});

test('what was blank before, or says that nothing is wanted, is as it should be', () => {
  expect(checkEmptied('/config', { files: blank, warnings: [] }, blank)).toEqual([]);
  expect(checkEmptied('/config', { files: [], warnings: [] }, [])).toEqual([]);
  expect(checkEmptied('/config', full, [{ path: '/config/a.yaml', text: '# nothing\n' }])).toEqual([]);
});

test('a file that was taken away beside others is no accident', () => {
  const two = { files: [...full.files, { path: '/config/b.yaml', text: '{}' }], warnings: [] };
  expect(checkEmptied('/config', two, full.files)).toEqual([]);
});
