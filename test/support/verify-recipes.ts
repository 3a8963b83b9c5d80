import type { ExtensionRecipe } from './extension-kit.ts';

// Extensions with one mistake each, for `verify`.

/** Versions 1.0 and 1.1: what 1.1 creates, and what the step from 1.0 to it does instead. */
export function twoWays(name: string, first: string, second: string, step: string): ExtensionRecipe {
  return {
    name,
    control: [`default_version = '1.1'`],
    scripts: { '1.0': first, '1.1': second, '1.0--1.1': step },
  };
}

/** One version, of these statements. */
export function once(name: string, sql: string, ...control: readonly string[]): ExtensionRecipe {
  return { name, control: [`default_version = '1.0'`, ...control], scripts: { '1.0': sql } };
}

const one = 'CREATE FUNCTION one() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 1 $$;\n';
const two = 'CREATE FUNCTION two() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 2 $$;\n';
const table = 'CREATE TABLE things (id integer PRIMARY KEY, kind text);\n';

/** By what is wrong; each update does something else than what the new version creates. */
export const brokenUpdates = {
  'forgotten-function': twoWays('forgotten', one, one + two, 'SELECT 1;\n'),
  'other-volatility': twoWays(
    'volatility',
    one,
    one,
    one.replace('CREATE', 'CREATE OR REPLACE').replace('IMMUTABLE', 'STABLE'),
  ),
  'other-body': twoWays('body', one, one.replace('SELECT 1', 'SELECT 1 + 0'), 'SELECT 1;\n'),
  'other-view': twoWays(
    'viewed',
    `${table}CREATE VIEW seen AS SELECT id FROM things;\n`,
    `${table}CREATE VIEW seen AS SELECT id FROM things WHERE id > 0;\n`,
    'CREATE OR REPLACE VIEW seen AS SELECT id FROM things WHERE id >= 0;\n',
  ),
  'no-comment': twoWays('commented', one, `${one}COMMENT ON FUNCTION one() IS 'the first';\n`, 'SELECT 1;\n'),
  'one-table-more': twoWays('tables', one, one, 'CREATE TABLE left_over (id integer);\n'),
  'other-index': twoWays(
    'indexed',
    table,
    `${table}CREATE INDEX things_kind ON things (kind);\n`,
    'CREATE INDEX things_kind ON things (lower(kind));\n',
  ),
  'other-labels': twoWays(
    'labelled',
    `CREATE TYPE mood AS ENUM ('sad', 'happy');\n`,
    `CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');\n`,
    `ALTER TYPE mood ADD VALUE 'ok';\n`,
  ),
  'other-columns': twoWays(
    'columns',
    'CREATE TABLE pairs (a integer, b integer);\n',
    'CREATE TABLE pairs (a integer, c text NOT NULL DEFAULT $$x$$, b integer);\n',
    'ALTER TABLE pairs ADD COLUMN c text NOT NULL DEFAULT $$x$$;\n',
  ),
  'other-privileges': twoWays(
    'privileges',
    table,
    `${table}GRANT SELECT ON things TO PUBLIC;\n`,
    'GRANT SELECT, INSERT ON things TO PUBLIC;\n',
  ),
  'no-dump': twoWays(
    'dumped',
    table,
    `${table}SELECT pg_catalog.pg_extension_config_dump('things', 'WHERE id > 1');\n`,
    'SELECT 1;\n',
  ),
  'no-trigger': twoWays(
    'triggered',
    `${table}CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n`,
    `${table}CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION touch();\n`,
    'SELECT 1;\n',
  ),
  'other-operator': twoWays(
    'operators',
    `CREATE FUNCTION same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = $2 $$;\n`,
    `CREATE FUNCTION same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = $2 $$;
CREATE OPERATOR === (FUNCTION = same, LEFTARG = text, RIGHTARG = text, COMMUTATOR = ===, RESTRICT = eqsel);\n`,
    'CREATE OPERATOR === (FUNCTION = same, LEFTARG = text, RIGHTARG = text);\n',
  ),
} as const satisfies Readonly<Record<string, ExtensionRecipe>>;

/** By what DROP EXTENSION leaves behind. */
export const litter = {
  role: once('makes_role', `DO $$ BEGIN CREATE ROLE litter_role; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n`),
  setting: once(
    'makes_setting',
    `DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET work_mem = 8192'; END $$;\n`,
  ),
  table: once(
    'makes_table',
    'CREATE TABLE litter_table (id integer PRIMARY KEY, t text);\nALTER EXTENSION makes_table DROP TABLE litter_table;\n',
  ),
  schema: once(
    'makes_schema',
    'CREATE SCHEMA litter_schema;\nALTER EXTENSION makes_schema DROP SCHEMA litter_schema;\n',
  ),
  'event-trigger': once(
    'makes_trigger',
    `CREATE FUNCTION quiet() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
ALTER EXTENSION makes_trigger DROP FUNCTION quiet();
CREATE EVENT TRIGGER litter_trigger ON ddl_command_end EXECUTE FUNCTION quiet();
ALTER EXTENSION makes_trigger DROP EVENT TRIGGER litter_trigger;\n`,
  ),
} as const satisfies Readonly<Record<string, ExtensionRecipe>>;

/** Each of two versions makes a role, without a look whether it is there. */
export const makesRole = twoWays('role_again', 'CREATE ROLE role_again;\n', 'CREATE ROLE role_again;\n', 'SELECT 1;\n');

/** Its own backend is ended as by a mistake in C: the shell that COPY starts is a child of it. */
export const crashing = once(
  'crashing',
  `CREATE TEMP TABLE nothing (x text);\nCOPY nothing TO PROGRAM 'kill -SEGV $PPID';\nSELECT pg_catalog.pg_sleep(5);\n`,
);

/** Its own backend stands still, and hears nothing any more. */
export const standstill = once(
  'standstill',
  `CREATE TEMP TABLE nothing (x text);\nCOPY nothing TO PROGRAM 'kill -STOP $PPID';\nSELECT 1;\n`,
);

/** Its library has the name of one of the server, which comes first. */
export const overshadowed: ExtensionRecipe = {
  ...once(
    'overshadowed',
    `CREATE FUNCTION my_soundex(text) RETURNS text AS 'fuzzystrmatch', 'soundex' LANGUAGE C IMMUTABLE STRICT;\n`,
  ),
  libraries: { fuzzystrmatch: 'fuzzystrmatch' },
};
