import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readElf } from '../../../src/elf/read-elf.ts';
import { elfFile } from '../../support/an-elf-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder('elf');

test('a library is read from disk, however large it is', () => {
  const path = `${folder}/large.so`;
  const recipe = { needed: ['libc.so.6'], magic: { version: 1800 }, sectionBytes: 5_000_000 };
  writeFileSync(path, elfFile(recipe));
  expect(readElf(path)).toMatchObject({ kind: 'elf', elf: { needed: ['libc.so.6'], magic: { kind: 'found' } } });
});

test('one that is larger than a page before its tables is read all the same', () => {
  const path = `${folder}/many.so`;
  const needed = Array.from({ length: 3000 }, (_, index) => `lib-of-some-length-${index}.so.1`);
  writeFileSync(path, elfFile({ needed, symbols: needed, magic: { version: 1800 } }));
  expect(readElf(path)).toMatchObject({ kind: 'elf', elf: { needed, magic: { kind: 'found' } } });
});

test('all paths of a file are of one file, and a copy is another', () => {
  writeFileSync(`${folder}/a.so`, elfFile());
  linkSync(`${folder}/a.so`, `${folder}/hard.so`);
  symlinkSync('a.so', `${folder}/soft.so`);
  writeFileSync(`${folder}/copy.so`, elfFile());
  const [a, hard, soft, copy] = ['a', 'hard', 'soft', 'copy'].map((name) => {
    const read = readElf(`${folder}/${name}.so`);
    return read.kind === 'elf' ? read.file : undefined;
  });
  expect([hard, soft]).toEqual([a, a]);
  expect(copy).not.toBe(a);
});

test('nothing is there, be it the file, its folder or what a link leads to', () => {
  symlinkSync('nowhere.so', `${folder}/dangling.so`);
  writeFileSync(`${folder}/file`, '');
  for (const name of ['none.so', 'none/none.so', 'dangling.so', 'file/a.so']) {
    expect(readElf(`${folder}/${name}`)).toEqual({ kind: 'absent' });
  }
});

test('what is no file is no library, and a pipe does not keep us waiting', () => {
  mkdirSync(`${folder}/folder.so`);
  execFileSync('mkfifo', [`${folder}/pipe.so`]);
  const cause = (name: string): unknown => ({ ...readElf(`${folder}/${name}`), file: undefined });
  const damaged = { kind: 'damaged', how: 'refused', file: undefined };
  expect(cause('folder.so')).toEqual({ ...damaged, cause: 'cannot read file data: it is a folder' });
  expect(cause('pipe.so')).toEqual({ ...damaged, cause: 'cannot read file data: it is no regular file' });
});

test('a link to itself is told', () => {
  symlinkSync('loop.so', `${folder}/loop.so`);
  expect(readElf(`${folder}/loop.so`)).toMatchObject({ kind: 'unreadable', code: 'ELOOP' });
});

test.skipIf(process.getuid?.() === 0)('what may not be read is told', () => {
  writeFileSync(`${folder}/secret.so`, elfFile());
  chmodSync(`${folder}/secret.so`, 0);
  expect(readElf(`${folder}/secret.so`)).toMatchObject({ kind: 'unreadable', code: 'EACCES' });
});
