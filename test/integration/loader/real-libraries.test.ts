import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../../src/elf/read-elf.ts';
import { loadLibrary } from '../../../src/loader/load-library.ts';
import { observeServerProgram } from '../../../src/loader/observe-loader.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postgresBinDir } from '../../support/throwaway-postgres.ts';

const embedded = realpathSync(`${postgresBinDir()}/..`);
const servers = [
  { postgres: `${embedded}/bin/postgres`, modules: `${embedded}/lib/postgresql` },
  ...[13, 14, 15, 16, 17, 18].map((major) => ({
    postgres: `/usr/lib/postgresql/${major}/bin/postgres`,
    modules: `/usr/lib/postgresql/${major}/lib`,
  })),
].filter(({ postgres }) => existsSync(postgres));

/** Where the real loader finds what the server and a module of it need; null: nowhere. */
function traced(
  postgres: string,
  module: string,
  ldLibraryPath: readonly string[],
): Readonly<Record<string, string | null>> {
  const env = {
    LD_TRACE_LOADED_OBJECTS: '1',
    LD_PRELOAD: module,
    ...(ldLibraryPath.length === 0 ? {} : { LD_LIBRARY_PATH: ldLibraryPath.join(':') }),
  };
  const told = execFileSync(postgres, [], { env, encoding: 'utf8' });
  const lines = [...told.matchAll(/^\t(\S+) => (?:(\/\S+) \(|not found)/gm)];
  return Object.fromEntries(lines.map(([, name = '', path]) => [name, path ?? null]));
}

/** The same as it is foretold: of the loader's lines, those that tell where something was found. */
function foretold(
  postgres: string,
  module: string,
  ldLibraryPath: readonly string[],
): Readonly<Record<string, string | null>> {
  const program = observeServerProgram(postgres, ldLibraryPath, readElf);
  const at = program?.loader.libraryAt(module);
  if (program === undefined || at?.kind !== 'library') throw new Error(`${postgres} or ${module} cannot be read`);
  const { objects, failures } = loadLibrary(module, at, program.process, program.loader);
  const found = [...program.process.loaded.values(), ...objects.slice(1)];
  const interpreter = program.elf.interpreter ?? '';
  return {
    ...Object.fromEntries(found.filter(({ path }) => path !== interpreter).map(({ path }) => [basename(path), path])),
    ...Object.fromEntries(failures.flatMap((one) => (one.kind === 'missing' ? [[one.name, null]] : []))),
  };
}

describe.each(servers)('what the modules of $postgres need', ({ postgres, modules }) => {
  const names = readdirSync(modules).filter((name) => name.endsWith('.so'));

  test('is found where the real loader finds it', () => {
    for (const name of names) {
      const module = `${modules}/${name}`;
      expect(foretold(postgres, module, []), name).toEqual(traced(postgres, module, []));
    }
  });
});

describe('uuid-ossp in an image', () => {
  const image = temporaryFolder('uuid');
  const module = `${image}/lib/uuid-ossp.so`;
  const postgres = `${embedded}/bin/postgres`;
  for (const folder of ['lib', 'system']) mkdirSync(`${image}/${folder}`);
  copyFileSync(`${embedded}/lib/postgresql/uuid-ossp.so`, module);
  copyFileSync(`${embedded}/lib/libossp-uuid.so.16`, `${image}/system/libossp-uuid.so.16`);

  test('does not find the library of its image by itself', () => {
    const expected = traced(postgres, module, []);
    expect(expected).toHaveProperty(['libossp-uuid.so.16'], null);
    expect(foretold(postgres, module, [])).toEqual(expected);
  });

  test('finds it by LD_LIBRARY_PATH', () => {
    const expected = traced(postgres, module, [`${image}/system`]);
    expect(expected).toHaveProperty(['libossp-uuid.so.16'], `${image}/system/libossp-uuid.so.16`);
    expect(foretold(postgres, module, [`${image}/system`])).toEqual(expected);
  });
});
