import { copyFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readElf } from '../../../src/elf/read-elf.ts';
import { loadLibrary } from '../../../src/loader/load-library.ts';
import { observeServerProgram } from '../../../src/loader/observe-loader.ts';
import { elfFile } from '../../support/an-elf-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { compile, compileLibrary, compileOpener, compilers, isInstalled, type Opened, open } from './real-loader.ts';

/** What lies in a folder, and the library that is opened of it. */
interface Case {
  readonly make: (folder: string) => void;
  /** Of the folder: `m.so` where nothing else is said. */
  readonly library?: string;
  /** Elements of LD_LIBRARY_PATH; `@` is the folder. */
  readonly path?: readonly string[];
  /** Of the program. */
  readonly flags?: (folder: string) => readonly string[];
}

const old = ['-Wl,--disable-new-dtags'];
const rpath = (...elements: readonly string[]): string => `-Wl,-rpath,${elements.join(':')}`;
const named = (name: string): string => `-Wl,-soname,${name}`;

/** `m.so` needs liba.so.1, which needs libb.so.1; each in a folder of its own. */
function chain(folder: string, flagsOfModule: readonly string[], flagsOfA: readonly string[] = []): void {
  compileLibrary(`${folder}/b/libb.so.1`, [], [named('libb.so.1')]);
  compileLibrary(`${folder}/a/liba.so.1`, [`${folder}/b/libb.so.1`], [named('liba.so.1'), ...flagsOfA]);
  compileLibrary(`${folder}/m.so`, [`${folder}/a/liba.so.1`], ['-Wl,--allow-shlib-undefined', ...flagsOfModule]);
}

function twice(folder: string, flags: readonly string[]): void {
  compileLibrary(`${folder}/a/liba.so.1`, [], [named('liba.so.1')]);
  compileLibrary(`${folder}/m.so`, [`${folder}/a/liba.so.1`], flags);
  mkdirSync(`${folder}/other`);
  copyFileSync(`${folder}/a/liba.so.1`, `${folder}/other/liba.so.1`);
}

function patch(path: string, at: number, bytes: readonly number[]): void {
  const file = readFileSync(path);
  file.set(bytes, at);
  writeFileSync(path, file);
}

const cases: Readonly<Record<string, Case>> = {
  'finds by DT_RPATH of whoever needed it': { make: (f) => chain(f, [...old, rpath('$ORIGIN/a', '$ORIGIN/b')]) },
  'does not find by DT_RUNPATH of whoever needed it': { make: (f) => chain(f, [rpath('$ORIGIN/a', '$ORIGIN/b')]) },
  'goes by DT_RUNPATH of each': { make: (f) => chain(f, [rpath('$ORIGIN/a')], [rpath('${ORIGIN}/../b')]) },
  'does not go by DT_RPATH of others beside DT_RUNPATH': {
    make: (f) => chain(f, [...old, rpath('$ORIGIN/a', '$ORIGIN/b')], [rpath('/nowhere')]),
  },
  'goes by LD_LIBRARY_PATH': { make: (f) => chain(f, []), path: ['/nowhere', '@/a', '@/b'] },
  'takes semicolons as its libc does': { make: (f) => chain(f, []), path: ['@/a;@/b'] },
  'does not take what is missing': { make: (f) => chain(f, [rpath('$ORIGIN/a')]) },
  'weighs DT_RPATH against LD_LIBRARY_PATH': { make: (f) => twice(f, [...old, rpath('$ORIGIN/a')]), path: ['@/other'] },
  'weighs DT_RUNPATH against LD_LIBRARY_PATH': { make: (f) => twice(f, [rpath('$ORIGIN/a')]), path: ['@/other'] },
  'goes by the path of the program': {
    make: (f) => chain(f, []),
    flags: (f) => [...old, rpath(`${f}/a`, `${f}/b`)],
  },
  'goes by the newer path of the program': { make: (f) => chain(f, []), flags: (f) => [rpath(`${f}/a`, `${f}/b`)] },
  'takes $LIB for what it is': {
    make: (f) => {
      compileLibrary(`${f}/lib/x86_64-linux-gnu/liba.so.1`, [], [named('liba.so.1')]);
      compileLibrary(`${f}/m.so`, [`${f}/lib/x86_64-linux-gnu/liba.so.1`], [rpath('$ORIGIN/$LIB')]);
    },
  },
  'goes behind a link by `..`, and not by the name of it': {
    make: (f) => {
      compileLibrary(`${f}/real/libs/liba.so.1`, [], [named('liba.so.1')]);
      compileLibrary(`${f}/real/lib/m.so`, [`${f}/real/libs/liba.so.1`], [rpath('$ORIGIN/../libs')]);
      mkdirSync(`${f}/linked/libs`, { recursive: true });
      symlinkSync('../real/lib', `${f}/linked/lib`);
    },
    library: 'linked/lib/m.so',
  },
  'takes the folder of a link to a library for its origin': {
    make: (f) => {
      compileLibrary(`${f}/real/liba.so.1`, [], [named('liba.so.1')]);
      compileLibrary(`${f}/real/m.so`, [`${f}/real/liba.so.1`], [rpath('$ORIGIN')]);
      mkdirSync(`${f}/linked`);
      symlinkSync('../real/m.so', `${f}/linked/m.so`);
    },
    library: 'linked/m.so',
  },
  'opens a name with a slash where that is': {
    make: (f) => {
      compileLibrary(`${f}/a/liba.so`, []);
      compileLibrary(`${f}/m.so`, [`${f}/a/liba.so`]);
    },
  },
  'loads a file once that has two names': {
    make: (f) => {
      compileLibrary(`${f}/liba.so.1`, []);
      symlinkSync('liba.so.1', `${f}/liba.so`);
      compileLibrary(`${f}/m.so`, ['liba.so.1', 'liba.so'], [`-L${f}`, rpath('$ORIGIN')]);
    },
  },
  'loads two files that call themselves the same': {
    make: (f) => {
      // The names are those of the files when the module is linked.
      compileLibrary(`${f}/liba.so.1`, []);
      compileLibrary(`${f}/liba.so`, []);
      compileLibrary(`${f}/m.so`, ['liba.so.1', 'liba.so'], [`-L${f}`, rpath('$ORIGIN')]);
      for (const name of ['liba.so.1', 'liba.so']) compileLibrary(`${f}/${name}`, [], [named('liba.so.1')]);
    },
  },
  'knows a library by its own name, or by that of the file': {
    make: (f) => {
      for (const name of ['liba.so', 'libown.so']) compileLibrary(`${f}/${name}`, []);
      compileLibrary(`${f}/m.so`, ['liba.so', 'libown.so'], [`-L${f}`, rpath('$ORIGIN')]);
      compileLibrary(`${f}/liba.so`, [], [named('libown.so')]);
    },
  },
  'stops at a file that is empty': {
    make: (f) => {
      twice(f, []);
      truncateSync(`${f}/other/liba.so.1`, 0);
    },
    path: ['@/other', '@/a'],
  },
  'stops at a folder': {
    make: (f) => {
      twice(f, []);
      mkdirSync(`${f}/folder/liba.so.1`, { recursive: true });
    },
    path: ['@/folder', '@/a'],
  },
  'does not go on behind a link that leads to itself': {
    make: (f) => {
      twice(f, [rpath('$ORIGIN/a')]);
      mkdirSync(`${f}/loop`);
      symlinkSync('liba.so.1', `${f}/loop/liba.so.1`);
    },
    path: ['@/loop', '@/other'],
  },
  'goes past a link that leads nowhere': {
    make: (f) => {
      twice(f, []);
      mkdirSync(`${f}/dangling`);
      symlinkSync('liba.so.2', `${f}/dangling/liba.so.1`);
    },
    path: ['@/dangling', '@/a/liba.so.1', '@/a'],
  },
  'asks for versions, or does not': {
    make: (f) => {
      const versions = (...names: readonly string[]): string => {
        const file = join(f, `versions${names.length}`);
        writeFileSync(
          file,
          names
            .map((name) => `${name} { };\n`)
            .join('')
            .replace('{ }', '{ global: wanted; }'),
        );
        return `-Wl,--version-script=${file}`;
      };
      const flags = ['-shared', '-nostdlib', '-fPIC', named('liba.so.1')];
      compile(join(f, 'liba.so.1'), 'int wanted(void) { return 1; }', [...flags, versions('A_2', 'A_1')]);
      const user = ['-shared', '-nostdlib', '-fPIC', rpath('$ORIGIN'), join(f, 'liba.so.1')];
      compile(join(f, 'm.so'), 'int wanted(void); int user(void) { return wanted(); }', user);
      compile(join(f, 'liba.so.1'), 'int wanted(void) { return 1; }', [...flags, versions('A_1')]);
    },
  },
};

/** What only glibc has, or minds. */
const casesOfGlibc: Readonly<Record<string, Case>> = {
  'finds what is in a subfolder for this processor': {
    make: (f) => {
      twice(f, [rpath('$ORIGIN/a')]);
      for (const level of ['x86-64-v2', 'x86-64-v3', 'x86-64-v4']) {
        mkdirSync(`${f}/a/glibc-hwcaps/${level}`, { recursive: true });
        copyFileSync(`${f}/a/liba.so.1`, `${f}/a/glibc-hwcaps/${level}/liba.so.1`);
      }
    },
  },
  'goes past what is made for another machine': {
    make: (f) => {
      twice(f, []);
      patch(`${f}/other/liba.so.1`, 18, [183]);
    },
    path: ['@/other', '@/a'],
  },
  'goes past what is made for 32 bit': {
    make: (f) => {
      twice(f, []);
      patch(`${f}/other/liba.so.1`, 4, [1]);
    },
    path: ['@/other', '@/a'],
  },
  'goes past the other byte order': {
    make: (f) => {
      twice(f, []);
      writeFileSync(`${f}/other/liba.so.1`, elfFile({ machine: 's390x' }));
    },
    path: ['@/other', '@/a'],
  },
  'stops at a text': {
    make: (f) => {
      twice(f, []);
      writeFileSync(`${f}/other/liba.so.1`, 'INPUT ( /lib/liba.so.1 )'.padEnd(100));
    },
    path: ['@/other', '@/a'],
  },
  'stops at what asks not to be opened': { make: (f) => compileLibrary(`${f}/m.so`, [], ['-Wl,-z,nodlopen']) },
  'stops at a program': {
    make: (f) => {
      twice(f, []);
      compile(`${f}/other/liba.so.1`, 'int main(void) { return 0; }', ['-pie', '-fPIE']);
    },
    path: ['@/other', '@/a'],
  },
  'stops at a program for a fixed address': {
    make: (f) => {
      twice(f, []);
      compile(`${f}/other/liba.so.1`, 'int main(void) { return 0; }', ['-no-pie']);
    },
    path: ['@/other', '@/a'],
  },
  'stops at debug information': {
    make: (f) => {
      twice(f, []);
      const file = readFileSync(`${f}/a/liba.so.1`);
      const at = Array.from({ length: file.readUInt16LE(56) }, (_, index) => 64 + index * 56).find(
        (header) => file.readUInt32LE(header) === 2,
      );
      patch(`${f}/other/liba.so.1`, at ?? 0, [0, 0, 0, 0]);
    },
    path: ['@/other', '@/a'],
  },
  'has its own folders, unless they are not wanted': { make: (f) => compileLibrary(`${f}/m.so`, ['libm.so.6']) },
  'has no folders of its own for who does not want them': {
    make: (f) => compileLibrary(`${f}/m.so`, ['libm.so.6'], ['-Wl,-z,nodefaultlib']),
  },
  'has itself loaded': {
    make: (f) => {
      compileLibrary(`${f}/m.so`, ['ld-linux-x86-64.so.2'], ['-L/lib64', rpath('$ORIGIN/own')]);
      mkdirSync(`${f}/own`);
      writeFileSync(`${f}/own/ld-linux-x86-64.so.2`, '');
    },
  },
};

describe.each(['glibc', 'musl'] as const)('%s', (libc) => {
  const isHere = process.arch === 'x64' && isInstalled(compilers[libc]);
  const all = Object.entries({ ...cases, ...(libc === 'glibc' ? casesOfGlibc : {}) });

  const usual = { opener: `${temporaryFolder('opener')}/opener` };
  beforeAll(() => {
    if (isHere) compileOpener(usual.opener, libc);
  });

  test.skipIf(!isHere).each(all)('%s, as it is foretold', (_, one) => {
    const folder = temporaryFolder('loader');
    one.make(folder);
    const opener = one.flags === undefined ? usual.opener : `${folder}/opener`;
    if (one.flags !== undefined) compileOpener(opener, libc, one.flags(folder));
    const library = `${folder}/${one.library ?? 'm.so'}`;
    const path = (one.path ?? []).map((element) => element.replaceAll('@', folder));
    const real = open(opener, library, path);
    expect(foretold(opener, library, path, real)).toEqual(real);
  });
});

/** Of an error, as much as the loaders tell in common: that there is one, with the words that they use for it. */
function foretold(opener: string, library: string, path: readonly string[], real: Opened): Opened {
  const program = observeServerProgram(opener, path, readElf);
  const at = program?.loader.libraryAt(library);
  const read = readElf(library);
  if (program === undefined || at === undefined || read.kind !== 'elf') throw new Error('no program, or no library');
  if (at.kind !== 'library') return { error: at.kind === 'damaged' ? `${library}: ${at.cause}` : '' };
  const { objects, failures } = loadLibrary(library, at, program.process, program.loader);
  const [failure] = failures;
  if (failure === undefined) return { loaded: objects.map((object) => object.path) };
  const words = {
    missing: () => (failure.kind === 'missing' ? [failure.name] : []),
    damaged: () =>
      failure.kind === 'damaged'
        ? [failure.name, program.loader.libc === 'musl' ? '' : failure.cause.replace(/: it is .*/, '')]
        : [],
    version: () => (failure.kind === 'version' ? [failure.provider.path, failure.needed.version, failure.by.path] : []),
  }[failure.kind]();
  const error = 'error' in real ? real.error : '';
  return words.every((word) => error.includes(word)) ? { error } : { error: words.join(', ') };
}
