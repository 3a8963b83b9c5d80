import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeFileAtomically } from '../../../src/lib/write-file-atomically.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('a file that is installed', () => {
  let folder: string;
  let file: string;
  let victim: string;
  beforeEach(() => {
    folder = join(temporaryFolder('atomic'), 'folder');
    mkdirSync(folder);
    file = join(folder, 'settings.conf');
    victim = join(folder, '../victim');
    writeFileSync(victim, 'untouched', { mode: 0o644 });
  });

  test('is for its owner alone, also when the one before it was for everybody', async () => {
    writeFileSync(file, 'old', { mode: 0o666 });
    expect(await writeFileAtomically(file, 'new')).toEqual({ kind: 'written' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['settings.conf']);
  });

  test.each([
    ['its place', 'settings.conf'],
    ['the place of its temporary file', 'settings.conf.new'],
  ])('never goes through a link at %s', async (_, name) => {
    symlinkSync(victim, join(folder, name));
    expect(await writeFileAtomically(file, 'new')).toEqual({ kind: 'written' });
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(lstatSync(file).isFile()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('new');
  });

  test('is not there when it was refused, and neither is its temporary file', async () => {
    expect(await writeFileAtomically(file, 'new', async () => 'no')).toEqual({ kind: 'refused', reason: 'no' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
