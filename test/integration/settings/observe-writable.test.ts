import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { observeWritableElements, writableByOthers } from '../../../src/settings/observe-writable.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('a folder to which every user may write', () => {
  let root: string;
  let lib: string;
  beforeEach(() => {
    root = temporaryFolder('writable');
    lib = join(root, 'usr/lib');
    mkdirSync(lib, { recursive: true });
    for (const folder of [root, join(root, 'usr'), lib]) chmodSync(folder, 0o755);
  });

  test('is found, with a sticky bit too: new files can be put into it', () => {
    expect(writableByOthers(lib, root)).toBeUndefined();
    chmodSync(lib, 0o777);
    expect(writableByOthers(lib, root)).toBe(lib);
    chmodSync(lib, 0o1777);
    expect(writableByOthers(lib, root)).toBe(lib);
  });

  test('is found above, where another folder can be put in its place, and no further than asked for', () => {
    chmodSync(root, 0o777);
    expect(writableByOthers(lib, root)).toBe(root);
    expect(writableByOthers(lib, join(root, 'usr'))).toBeUndefined();
    chmodSync(root, 0o1777);
    expect(writableByOthers(lib, root)).toBeUndefined();
  });

  test('is found behind a link, and nothing is found where nothing is', () => {
    symlinkSync('usr/lib', join(root, 'lib'));
    chmodSync(lib, 0o757);
    expect(writableByOthers(join(root, 'lib'), root)).toBe(join(root, 'lib'));
    expect(writableByOthers(join(root, 'none'), root)).toBeUndefined();
  });

  test('is found among the absolute elements of a path, each once', () => {
    chmodSync(lib, 0o777);
    expect(observeWritableElements(`$libdir:${lib}:relative:${lib}:/usr:`)).toEqual([lib]);
    expect(observeWritableElements(undefined)).toEqual([]);
  });
});
