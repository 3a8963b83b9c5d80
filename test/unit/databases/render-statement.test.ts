import { describe, expect, test } from 'vitest';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import { renderStatement } from '../../../src/databases/render-statement.ts';
import { anOption } from '../../support/a-database.ts';

// What PostgreSQL makes of each of them is in test/integration/databases/render-statement.test.ts.

const create = {
  kind: 'create-extension',
  extension: 'vector',
  version: undefined,
  schema: undefined,
  cascade: false,
} as const;

const createDatabase = {
  kind: 'create-database',
  database: 'app',
  owner: undefined,
  creation: {},
  properties: {},
} as const;

const rendered: readonly (readonly [string, DatabaseAction])[] = [
  ['CREATE ROLE "owen" NOLOGIN', { kind: 'create-role', role: 'owen' }],
  ['CREATE DATABASE "app"', createDatabase],
  [
    `CREATE DATABASE "app" OWNER "owen" TEMPLATE "template0" ENCODING 'UTF8' LOCALE 'C' ICU_LOCALE 'de' LOCALE_PROVIDER "icu" TABLESPACE "fast" ALLOW_CONNECTIONS false CONNECTION LIMIT 0 IS_TEMPLATE true`,
    {
      ...createDatabase,
      owner: 'owen',
      creation: { template: 'template0', encoding: 'UTF8', locale: 'C', localeProvider: 'icu', icuLocale: 'de' },
      properties: { tablespace: 'fast', allowConnections: false, connectionLimit: 0, isTemplate: true },
    },
  ],
  [
    `CREATE DATABASE "app" LC_COLLATE 'C' LC_CTYPE 'C' ICU_RULES '&a < b' BUILTIN_LOCALE 'C.UTF-8' COLLATION_VERSION '1'`,
    {
      ...createDatabase,
      creation: {
        localeCollate: 'C',
        localeCType: 'C',
        icuRules: '&a < b',
        builtinLocale: 'C.UTF-8',
        collationVersion: '1',
      },
    },
  ],
  ['ALTER DATABASE "app" OWNER TO "owen"', { kind: 'alter-database-owner', database: 'app', owner: 'owen' }],
  ['DROP DATABASE IF EXISTS "app"', { kind: 'drop-database', database: 'app' }],
  ['CREATE SCHEMA IF NOT EXISTS "geo"', { kind: 'create-schema', schema: 'geo', owner: undefined }],
  ['CREATE SCHEMA IF NOT EXISTS "geo" AUTHORIZATION "owen"', { kind: 'create-schema', schema: 'geo', owner: 'owen' }],
  ['ALTER SCHEMA "geo" OWNER TO "owen"', { kind: 'alter-schema-owner', schema: 'geo', owner: 'owen' }],
  ['DROP SCHEMA IF EXISTS "geo"', { kind: 'drop-schema', schema: 'geo' }],
  ['CREATE EXTENSION IF NOT EXISTS "vector"', create],
  [
    `CREATE EXTENSION IF NOT EXISTS "vector" SCHEMA "public" VERSION '0.8.7' CASCADE`,
    { ...create, schema: 'public', version: '0.8.7', cascade: true },
  ],
  [`ALTER EXTENSION "vector" UPDATE TO '0.8.7'`, { kind: 'update-extension', extension: 'vector', version: '0.8.7' }],
  ['ALTER EXTENSION "vector" SET SCHEMA "geo"', { kind: 'move-extension', extension: 'vector', schema: 'geo' }],
  ['DROP EXTENSION IF EXISTS "vector"', { kind: 'drop-extension', extension: 'vector', cascade: false }],
  ['DROP EXTENSION IF EXISTS "vector" CASCADE', { kind: 'drop-extension', extension: 'vector', cascade: true }],
  [
    `CREATE FOREIGN DATA WRAPPER "files" HANDLER "far"."fn" NO VALIDATOR OPTIONS ("a" '1', "b" '')`,
    {
      kind: 'create-fdw',
      fdw: 'files',
      handler: 'far.fn',
      validator: '-',
      options: [anOption('a', '1'), anOption('gone', '', 'absent'), anOption('b', '')],
    },
  ],
  [
    'ALTER FOREIGN DATA WRAPPER "files" NO HANDLER VALIDATOR "fn"',
    { kind: 'alter-fdw-functions', fdw: 'files', handler: '-', validator: 'fn' },
  ],
  ['ALTER FOREIGN DATA WRAPPER "files" OWNER TO "owen"', { kind: 'alter-fdw-owner', fdw: 'files', owner: 'owen' }],
  [
    `ALTER FOREIGN DATA WRAPPER "files" OPTIONS (ADD "a" '1', SET "b" '2', DROP "c")`,
    {
      kind: 'alter-fdw-options',
      fdw: 'files',
      changes: [
        { change: 'ADD', name: 'a', value: '1' },
        { change: 'SET', name: 'b', value: '2' },
        { change: 'DROP', name: 'c' },
      ],
    },
  ],
  ['DROP FOREIGN DATA WRAPPER IF EXISTS "files"', { kind: 'drop-fdw', fdw: 'files' }],
  [
    'CREATE SERVER IF NOT EXISTS "far" FOREIGN DATA WRAPPER "files"',
    { kind: 'create-server', server: 'far', fdw: 'files', options: [anOption('gone', '', 'absent')] },
  ],
  [
    `ALTER SERVER "far" OPTIONS (SET "host" E'a\\\\b''c')`,
    { kind: 'alter-server-options', server: 'far', changes: [{ change: 'SET', name: 'host', value: `a\\b'c` }] },
  ],
  ['DROP SERVER IF EXISTS "far"', { kind: 'drop-server', server: 'far' }],
];

test.each(rendered)('%s', (sql, action) => {
  expect(renderStatement(action)).toBe(sql);
});

describe('a property of a database', () => {
  test.each([
    ['ALLOW_CONNECTIONS false', { name: 'allowConnections', value: false }],
    ['IS_TEMPLATE true', { name: 'isTemplate', value: true }],
    ['CONNECTION LIMIT -1', { name: 'connectionLimit', value: -1 }],
    ['SET TABLESPACE "fast"', { name: 'tablespace', value: 'fast' }],
  ] as const)('is changed with %s', (words, property) => {
    const action = { kind: 'alter-database-property', database: 'app', property } as const;
    expect(renderStatement(action)).toBe(`ALTER DATABASE "app" ${words}`);
  });
});

describe('usage', () => {
  const change = (name: string, type: 'grant' | 'revoke') =>
    renderStatement({ kind: 'change-usage', on: 'FOREIGN SERVER', name: 'far', usage: { name, type } });

  test('is granted to a role and revoked from one', () => {
    expect(change('olga', 'grant')).toBe('GRANT USAGE ON FOREIGN SERVER "far" TO "olga"');
    expect(change('olga', 'revoke')).toBe('REVOKE USAGE ON FOREIGN SERVER "far" FROM "olga"');
  });

  test('of everybody is a word, in any case, and no role', () => {
    expect(change('Public', 'grant')).toBe('GRANT USAGE ON FOREIGN SERVER "far" TO PUBLIC');
  });
});

test('names with quotes do not end their quotes', () => {
  expect(renderStatement({ kind: 'drop-database', database: 'a"; DROP ROLE x;--' })).toBe(
    'DROP DATABASE IF EXISTS "a""; DROP ROLE x;--"',
  );
});
