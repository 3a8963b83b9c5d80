import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresBinDir } from './throwaway-postgres.ts';

/** An extension made for a test: a control file, SQL, and libraries that are copies of those of the server. */
export interface ExtensionRecipe {
  /** Of the extension in SQL. */
  readonly name: string;
  /** Lines of the control file: `default_version = '1.0'`. https://www.postgresql.org/docs/18/extend-extensions.html */
  readonly control: readonly string[];
  /** SQL by version, `1.0`, or by step, `1.0--1.1`. */
  readonly scripts: Readonly<Record<string, string>>;
  /** By the name that the copy gets, without `.so`: the name of the library of the server, `fuzzystrmatch`. */
  readonly libraries?: Readonly<Record<string, string>>;
}

export interface ExtensionImageFolders {
  /** For extension_control_path. */
  readonly share: string;
  /** For dynamic_library_path. */
  readonly lib: string;
}

/** Lays an image out as `<extensionsDirectory>/<image>/{share/extension,lib}`, or adds to one that is there. */
export function extensionImage(
  extensionsDirectory: string,
  image: string,
  ...recipes: readonly ExtensionRecipe[]
): ExtensionImageFolders {
  const share = join(extensionsDirectory, image, 'share');
  const lib = join(extensionsDirectory, image, 'lib');
  mkdirSync(join(share, 'extension'), { recursive: true });
  mkdirSync(lib, { recursive: true });
  for (const { name, control, scripts, libraries = {} } of recipes) {
    writeFileSync(join(share, 'extension', `${name}.control`), control.map((line) => `${line}\n`).join(''));
    for (const [version, sql] of Object.entries(scripts)) {
      writeFileSync(join(share, 'extension', `${name}--${version}.sql`), sql);
    }
    for (const [copy, original] of Object.entries(libraries)) {
      copyFileSync(join(postgresBinDir(), '../lib/postgresql', `${original}.so`), join(lib, `${copy}.so`));
    }
  }
  return { share, lib };
}

/** The two settings with which a server finds these images. */
export function imageSettings(images: readonly ExtensionImageFolders[]): Readonly<Record<string, string>> {
  return {
    extension_control_path: ['$system', ...images.map(({ share }) => share)].join(':'),
    dynamic_library_path: ['$libdir', ...images.map(({ lib }) => lib)].join(':'),
  };
}

/** `chain_version()` tells which version is installed. */
const tellsVersion = (version: string): string =>
  `CREATE OR REPLACE FUNCTION chain_version() RETURNS text LANGUAGE sql AS $$ SELECT '${version}' $$;\n`;

/** 1.0 → 1.1 → 1.2, and 2.0, to which no path leads. Relocatable. */
export function chain(defaultVersion: '1.0' | '1.1' | '1.2' | '2.0' = '1.2'): ExtensionRecipe {
  return {
    name: 'chain',
    control: [`default_version = '${defaultVersion}'`, 'relocatable = true'],
    scripts: {
      '1.0': tellsVersion('1.0'),
      '1.0--1.1': tellsVersion('1.1'),
      '1.1--1.2': tellsVersion('1.2'),
      '2.0': tellsVersion('2.0'),
    },
  };
}

/** `needy` requires `base`; each is in a recipe of its own, so that `base` can be left out. Both relocatable. */
export const base: ExtensionRecipe = {
  name: 'base',
  control: [`default_version = '1.0'`, 'relocatable = true'],
  scripts: { '1.0': 'CREATE TABLE base_table (id integer);\n' },
};
export const needy: ExtensionRecipe = {
  name: 'needy',
  control: [`default_version = '1.0'`, `requires = 'base'`, 'relocatable = true'],
  scripts: { '1.0': 'CREATE VIEW needy_view AS SELECT id FROM base_table;\n' },
};

/** Goes into the schema `fixed_home`, which it makes, and nowhere else. */
export const fixed: ExtensionRecipe = {
  name: 'fixed',
  control: [`default_version = '1.0'`, 'relocatable = false', `schema = 'fixed_home'`],
  scripts: { '1.0': 'CREATE TABLE fixed_table (id integer);\n' },
};

/** Takes any schema when it is created, and cannot be moved afterwards. */
export const settled: ExtensionRecipe = {
  name: 'settled',
  control: [`default_version = '1.0'`, 'relocatable = false'],
  scripts: { '1.0': 'CREATE TABLE @extschema@.settled_table (id integer);\n' },
};

/** Can be created and moved anywhere. */
export const movable: ExtensionRecipe = {
  name: 'movable',
  control: [`default_version = '1.0'`, 'relocatable = true'],
  scripts: { '1.0': 'CREATE TABLE movable_table (id integer);\n' },
};

/** 1.0 can be created; the script to 1.1 makes the table `half_way` and then divides by zero. */
export const halfWay: ExtensionRecipe = {
  name: 'halfway',
  control: [`default_version = '1.0'`],
  scripts: {
    '1.0': 'CREATE TABLE half_way_start (id integer);\n',
    '1.0--1.1': 'CREATE TABLE half_way (id integer);\nSELECT 1 / 0;\n',
  },
};

/** `vlib_soundex(text)` lives in the library `vlib-<version>`: like timescaledb, an image has that of one version only. */
export function vlib(version: '1.0' | '1.1'): ExtensionRecipe {
  const library = `vlib-${version}`;
  const points = `CREATE OR REPLACE FUNCTION vlib_soundex(text) RETURNS text
  AS '$libdir/${library}', 'soundex' LANGUAGE C IMMUTABLE STRICT;\n`;
  return {
    name: 'vlib',
    control: [`default_version = '${version}'`, 'relocatable = true'],
    scripts: version === '1.0' ? { '1.0': points } : { '1.1': points, '1.0--1.1': points },
    libraries: { [library]: 'fuzzystrmatch' },
  };
}

/** The script to 1.1 LOADs its library with the prefix that makes the server look in its own folder only. */
export const loader: ExtensionRecipe = {
  name: 'loader',
  control: [`default_version = '1.0'`],
  scripts: {
    '1.0': 'CREATE TABLE loader_table (id integer);\n',
    '1.0--1.1': `LOAD '$libdir/loader-lib';\n`,
  },
  libraries: { 'loader-lib': 'fuzzystrmatch' },
};

/** Takes `seconds` to be created, and to be updated to 1.1. */
export function slow(seconds: number): ExtensionRecipe {
  const sleep = `SELECT pg_catalog.pg_sleep(${seconds});\n`;
  return { name: 'slow', control: [`default_version = '1.0'`], scripts: { '1.0': sleep, '1.0--1.1': sleep } };
}

/** Says that it must be preloaded, in the words of pgaudit, whether it is or not. */
export const preloader: ExtensionRecipe = {
  name: 'preloader',
  control: [`default_version = '1.0'`],
  scripts: {
    '1.0': `DO $$ BEGIN RAISE EXCEPTION 'preloader must be loaded via shared_preload_libraries'; END $$;\n`,
  },
};

/** Ends the session from within its script, as timescaledb does when it is not preloaded: the server says FATAL. */
export const fatal: ExtensionRecipe = {
  name: 'fatal',
  control: [`default_version = '1.0'`],
  scripts: { '1.0': `SET transaction_timeout = '10ms';\nSELECT pg_catalog.pg_sleep(5);\n` },
};
