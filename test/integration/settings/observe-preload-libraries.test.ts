import { copyFileSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoteLiteral } from '../../../src/lib/quote-literal.ts';
import { observeFunctionLibraries, observePreloadLibraries } from '../../../src/settings/observe-preload-libraries.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postgresBinDir, startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

// What PostgreSQL itself finds is the measure: copies of one library under other names, in other folders.
let folder: string;
let server: ThrowawayPostgres;
let client: pg.Client;
let libraryDirectory: string;
let dynamicLibraryPath: string;

beforeAll(async () => {
  folder = temporaryFolder('libraries');
  libraryDirectory = realpathSync(join(postgresBinDir(), '../lib/postgresql'));
  const [first, second] = ['first/lib', 'second/lib'].map((name) => join(folder, name));
  for (const name of [`${first}/below`, second]) mkdirSync(String(name), { recursive: true });
  const copy = (name: string) => copyFileSync(join(libraryDirectory, 'fuzzystrmatch.so'), join(folder, name));
  for (const name of ['first/lib/plain.so', 'second/lib/versioned-1.2.3.so', 'second/lib/bare', 'elsewhere.so']) {
    copy(name);
  }
  copy('first/lib/below/deep.so');
  mkdirSync(join(folder, 'second/lib/is-folder.so'));
  symlinkSync('/nowhere.so', join(folder, 'second/lib/dangling.so'));
  symlinkSync('versioned-1.2.3.so', join(folder, 'second/lib/linked.so'));
  dynamicLibraryPath = `$libdir:${first}:${second}`;
  server = await startThrowawayPostgres({ settings: { dynamic_library_path: dynamicLibraryPath } });
  client = await server.client();
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A session of its own, since a library stays loaded in the one that has it. */
async function works(statement: string): Promise<boolean> {
  const session = await server.client();
  try {
    await session.query(statement);
    return true;
  } catch (error) {
    expect(String(error)).toMatch(/could not (access|load|open)|is a directory|invalid macro/i);
    return false;
  } finally {
    await session.end();
  }
}

function createFunction(probin: string): string {
  return `CREATE OR REPLACE FUNCTION probe(text) RETURNS text AS ${quoteLiteral(probin)}, 'soundex' LANGUAGE C`;
}

const names = [
  'fuzzystrmatch',
  'fuzzystrmatch.so',
  '$libdir/fuzzystrmatch',
  'plain',
  'plain.so',
  '$libdir/plain',
  '$libdir/plain.so',
  'versioned-1.2.3',
  '$libdir/versioned-1.2.3',
  'bare',
  '$libdir/bare',
  'linked',
  'dangling',
  'is-folder',
  '$libdir/below/deep',
  '<folder>/first/lib/below/deep',
  '<folder>/first/lib/plain.so',
  '<folder>/elsewhere',
  '<folder>/elsewhere.so',
  '<folder>/nowhere',
  'nowhere',
  '$libdir/nowhere',
  '',
];

describe('a library that a function names', () => {
  test.each(names)('is found where PostgreSQL finds it: "%s"', async (name) => {
    const probin = name.replace('<folder>', folder);
    const lookup = observeFunctionLibraries([probin], dynamicLibraryPath, libraryDirectory).get(probin);
    expect(lookup?.kind).toBe((await works(createFunction(probin))) ? 'found' : 'missing');
  });

  test('is looked for where the answer says', () => {
    const lookups = observeFunctionLibraries(
      ['$libdir/nowhere', '$libdir/below/deep', '/opt/x'],
      dynamicLibraryPath,
      libraryDirectory,
    );
    expect(Object.fromEntries(lookups)).toEqual({
      '$libdir/nowhere': {
        kind: 'missing',
        folders: [libraryDirectory, join(folder, 'first/lib'), join(folder, 'second/lib')],
      },
      '$libdir/below/deep': { kind: 'missing', folders: [join(libraryDirectory, 'below')] },
      '/opt/x': { kind: 'missing', folders: ['/opt'] },
    });
  });

  test('is unknown when the folder of the server is not known, or when it is seen from the data folder', () => {
    const unknown = observeFunctionLibraries(['plain', '$libdir/plain'], dynamicLibraryPath, undefined);
    expect([...unknown.values()]).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }]);
    const relative = observeFunctionLibraries(['below/deep'], dynamicLibraryPath, libraryDirectory);
    expect([...relative.values()]).toEqual([{ kind: 'unknown' }]);
  });

  test('is missing from a server that has forgotten the folders of images', async () => {
    const lookup = observeFunctionLibraries(['plain'], '$libdir', libraryDirectory).get('plain');
    expect(lookup).toEqual({ kind: 'missing', folders: [libraryDirectory] });
    expect(await works(`SET dynamic_library_path = '$libdir'; ${createFunction('plain')}`)).toBe(false);
  });
});

describe('a library that is to be preloaded', () => {
  test.each(names.filter((name) => name !== ''))('is found where LOAD finds it: "%s"', async (name) => {
    const library = name.replace('<folder>', folder);
    const lookup = observePreloadLibraries([library], dynamicLibraryPath, libraryDirectory).get(library);
    expect(lookup?.kind).toBe((await works(`LOAD ${quoteLiteral(library)}`)) ? 'found' : 'missing');
  });

  test('is not found in images behind $libdir/, other than one that a function names', async () => {
    expect(await works(`LOAD '$libdir/plain'`)).toBe(false);
    expect(await works(createFunction('$libdir/plain'))).toBe(true);
    const { rows } = await client.query(`SELECT probin FROM pg_proc WHERE proname = 'probe'`);
    expect(rows).toEqual([{ probin: '$libdir/plain' }]);
  });
});
