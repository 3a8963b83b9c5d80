import { describe, expect, test } from 'vitest';
import { checkExtensions } from '../../../src/inspection/check-extensions.ts';
import { aLibrary, aModule, anInspection, type FileRecipes } from '../../support/an-inspection.ts';

const share = '/e/hll/share/extension';
const wholeControl = "default_version = '1.1'\nmodule_pathname = '$libdir/hll'";
const good: FileRecipes = {
  [`${share}/hll.control`]: wholeControl,
  [`${share}/hll--1.0.sql`]: "CREATE FUNCTION hll_in(text) RETURNS int AS 'MODULE_PATHNAME' LANGUAGE C;",
  [`${share}/hll--1.0--1.1.sql`]: "CREATE FUNCTION f() RETURNS int AS '$libdir/hll', 'hll_f' LANGUAGE C;",
  '/e/hll/lib/hll.so': aModule({}, ['hll_in', 'hll_f']),
};

function check(changes: FileRecipes, others: readonly string[] = [], without: readonly string[] = []) {
  const recipes = Object.fromEntries(
    Object.entries({ ...good, ...changes }).filter(([path]) => !without.includes(path)),
  );
  const inspection = anInspection(
    recipes,
    ['hll', ...others].map((name) => ({ name })),
  );
  const [image] = inspection.images;
  if (image === undefined) throw new Error('no image');
  return checkExtensions(image, inspection).map(({ severity, reason, message }) => `${severity} ${reason}: ${message}`);
}

test('an extension whose scripts, functions and requirements are all there is worth no word', () => {
  expect(check({})).toEqual([]);
});

describe('scripts', () => {
  test('that do not lead to the default version make CREATE EXTENSION fail', () => {
    expect(check({}, [], [`${share}/hll--1.0--1.1.sql`])).toEqual([
      `error ScriptMissing: CREATE EXTENSION hll would fail: ${share}/hll.control says default_version = '1.1', and in ${share} scripts create 1.0. Add hll--1.1.sql to the image.`,
    ]);
    expect(check({}, [], [`${share}/hll--1.0.sql`])).toEqual([
      expect.stringContaining('no script creates any version'),
    ]);
  });

  test('from which no steps lead to the default version leave databases behind', () => {
    expect(check({ [`${share}/hll--0.9.sql`]: '' })).toEqual([
      expect.stringMatching(/^warning NoUpdatePath: Databases with version 0\.9 of hll .* Add hll--0\.9--1\.1\.sql/),
    ]);
  });

  test('of newer versions harm nobody, and `unpackaged` is none', () => {
    expect(check({ [`${share}/hll--2.0.sql`]: '', [`${share}/hll--unpackaged.sql`]: '' })).toEqual([]);
  });

  test('are named in their order, the oldest first', () => {
    const scripts = Object.fromEntries(['0.10', '0.9'].map((version) => [`${share}/hll--${version}.sql`, '']));
    expect(check(scripts)).toEqual([expect.stringContaining('version 0.9, 0.10 of hll')]);
  });

  test('are of no use without a default version unless one is named', () => {
    expect(check({ [`${share}/hll.control`]: "comment = 'none'" })).toEqual([
      expect.stringMatching(/^warning ScriptMissing: .* Add default_version\.$/),
    ]);
    expect(check({ [`${share}/hll.control`]: '' }, [], [`${share}/hll--1.0.sql`])).toEqual([
      expect.stringMatching(/^error ScriptMissing: .* no script creates any version\. Add both to the image\.$/),
    ]);
  });

  test('are looked for where `directory` says', () => {
    expect(check({ [`${share}/hll.control`]: "default_version = '1.1'\ndirectory = 'sql'" })).toEqual([
      expect.stringContaining('/e/hll/share/sql, cannot be read. Correct directory in'),
    ]);
  });

  test('that LOAD from the folder of the server fail when they create the extension', () => {
    expect(check({ [`${share}/hll--1.0.sql`]: "LOAD '$libdir/hll';" })).toEqual([
      "error UpdateScriptLoadsLibdir: CREATE EXTENSION hll would fail: hll--1.0.sql says LOAD '$libdir/hll', and LOAD looks for that in the folder of the server only. Write LOAD 'hll' in the script.",
    ]);
    expect(check({ [`${share}/hll--1.0.sql`]: "LOAD '$libdir/plpgsql';" })).toEqual([]);
  });
});

describe('a file that a script reads', () => {
  const script = (path: string) => ({ [`${share}/hll--1.0.sql`]: `COPY units (name) FROM '${path}';` });

  test('by the path that it had in a package is not there, though the image has it', () => {
    const data = { [`${share}/units.data`]: 'm' };
    expect(check({ ...script('/usr/share/postgresql/18/extension/units.data'), ...data })).toEqual([
      `error PathMissing: CREATE EXTENSION hll would fail: hll--1.0.sql reads /usr/share/postgresql/18/extension/units.data, which is not there. The image has it in ${share}: write that path in the script.`,
    ]);
    expect(check({ ...script(`${share}/units.data`), ...data })).toEqual([]);
  });

  test('and that is nowhere is worth a warning', () => {
    expect(check(script('/srv/units.data'))).toEqual([
      expect.stringMatching(/^warning PathMissing: CREATE EXTENSION hll may fail: /),
    ]);
  });
});

describe('a requirement', () => {
  const needy = { [`${share}/hll.control`]: `${wholeControl}\nrequires = 'plpgsql, base'` };

  test('that neither server nor image has makes CREATE EXTENSION fail', () => {
    expect(check(needy)).toEqual([
      'error RequirementMissing: CREATE EXTENSION hll would fail: it requires base, which neither the server nor an image has. Mount the image that has it too.',
    ]);
  });

  test('can come from another image', () => {
    const base = { '/e/base/share/extension/base.control': "default_version = '1'" };
    expect(check({ ...needy, ...base }, ['base'])).toEqual([]);
  });

  test('is never the extension itself', () => {
    expect(check({ [`${share}/hll.control`]: `${wholeControl}\nrequires = 'hll'` })).toEqual([
      expect.stringContaining('says that it requires itself. Take hll out of requires.'),
    ]);
  });
});

describe('a function in C', () => {
  test('needs its library', () => {
    expect(check({ [`${share}/hll--1.0.sql`]: "CREATE FUNCTION x() RETURNS int AS 'hll-9', 'x' LANGUAGE C;" })).toEqual(
      [
        'error LibraryMissing: CREATE EXTENSION hll would fail: hll--1.0.sql names the library hll-9, which is in none of /pg/lib, /e/hll/lib. Add it to the image, or correct dynamic_library_path of the extension.',
      ],
    );
  });

  test('is not found in a folder below $libdir', () => {
    const script = "CREATE FUNCTION x() RETURNS int AS '$libdir/plugins/hll', 'x' LANGUAGE C;";
    expect(check({ [`${share}/hll--1.0.sql`]: script })).toEqual([
      expect.stringContaining('name it without the folder'),
    ]);
  });

  test('may have any name', () => {
    const script = "CREATE FUNCTION x() RETURNS int LANGUAGE C AS 'hll', 'größe';";
    const named = (name: string) =>
      check({ [`${share}/hll--1.0.sql`]: script, '/e/hll/lib/hll.so': aModule({}, ['hll_f', name]) });
    expect(named('größe')).toEqual([]);
    expect(named('grösse')).toEqual([expect.stringContaining('SymbolMissing')]);
  });

  test('has to be in the library, with what PG_FUNCTION_INFO_V1 adds', () => {
    expect(check({ '/e/hll/lib/hll.so': aModule({}, ['hll_in']) })).toEqual([
      'error SymbolMissing: CREATE EXTENSION hll would fail: hll--1.0--1.1.sql creates functions of /e/hll/lib/hll.so that this does not have: hll_f. Take the scripts and the library from one version of the extension.',
    ]);
    const core = { '/usr/lib/core.so': aModule({}, ['hll_f']) };
    expect(check({ ...core, '/e/hll/lib/hll.so': aModule({ needed: ['core.so'] }, ['hll_in']) })).toEqual([]);
    const bare = aLibrary({ magic: { kind: 'hidden' } }, { defined: ['hll_in', 'hll_f'] });
    expect(check({ '/e/hll/lib/hll.so': bare })).toEqual([expect.stringContaining('hll_in, hll_f')]);
  });

  test('cannot be in a library that is none of PostgreSQL', () => {
    expect(check({ '/e/hll/lib/hll.so': aLibrary() })).toEqual([
      expect.stringMatching(/^error LibraryOfOtherServer: .* it has no magic block\. Build it with PG_MODULE_MAGIC\.$/),
    ]);
  });

  test('has the library MODULE_PATHNAME where no control file says another', () => {
    const control = { [`${share}/hll.control`]: "default_version = '1.1'" };
    expect(check(control)).toEqual([
      expect.stringContaining(`for which ${share}/hll.control has nothing. Add module_pathname to it.`),
    ]);
    const auxiliary = { [`${share}/hll--1.0.control`]: "module_pathname = 'hll'" };
    expect(check({ ...control, ...auxiliary })).toEqual([]);
  });
});

test('a control file under a second name, with its major version, is the extension once more', () => {
  const { images } = anInspection(
    { ...good, [`${share}/hll-1.control`]: "default_version = '1.1'", [`${share}/tree-1.control`]: '' },
    [{ name: 'hll' }],
  );
  expect(images.flatMap(({ extensions }) => extensions).map(({ name }) => name)).toEqual(['hll', 'tree-1']);
});
