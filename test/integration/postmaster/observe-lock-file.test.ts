import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observeLockFile } from '../../../src/postmaster/observe-lock-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test.each([
  ['4711\n/data\n', true],
  ['-4711\n', true],
  // PostgreSQL reads it so: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/init/miscinit.c
  ['4711', true],
  ['', false],
  ['\n', false],
  ['\0\0\0\0', false],
  ['0\n/data\n', false],
  ['none\n', false],
])('a lock file %j names a process: %s', (text, namesProcess) => {
  const folder = temporaryFolder('lock-file');
  writeFileSync(join(folder, 'postmaster.pid'), text);
  expect(observeLockFile(folder)).toMatchObject({ namesProcess });
});

test('there is none', () => {
  expect(observeLockFile(temporaryFolder('lock-file'))).toBeUndefined();
});
