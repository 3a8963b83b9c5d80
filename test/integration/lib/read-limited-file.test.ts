import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileErrorOf, readLimitedFile } from '../../../src/lib/read-limited-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder('limited');

test('reads a file up to its limit', () => {
  writeFileSync(join(folder, 'small'), 'größe');
  expect(readLimitedFile(join(folder, 'small'), 7)).toEqual({ kind: 'read', text: 'größe' });
  expect(readLimitedFile(join(folder, 'small'), 6)).toMatchObject({
    kind: 'unreadable',
    cause: 'it has 7 bytes, more than the 6 that are read',
  });
});

test('says why a file could not be read', () => {
  expect(readLimitedFile(join(folder, 'none'), 10)).toEqual({
    kind: 'unreadable',
    cause: 'no such file or directory (ENOENT)',
    code: 'ENOENT',
  });
  mkdirSync(join(folder, 'sub'));
  expect(readLimitedFile(join(folder, 'sub'), 10)).toMatchObject({ cause: 'it is a folder' });
});

test('does not wait for someone to write into a named pipe', () => {
  expect(spawnSync('mkfifo', [join(folder, 'pipe')]).status).toBe(0);
  expect(readLimitedFile(join(folder, 'pipe'), 10)).toMatchObject({ cause: 'it is not a regular file' });
});

test('passes on what is not an error of the file system', () => {
  expect(() => fileErrorOf(new TypeError('other'))).toThrow('other');
});
