import { expect, test } from 'vitest';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import { describeAction } from '../../../src/databases/describe-action.ts';
import { anOption } from '../../support/a-database.ts';

const described: readonly (readonly [DatabaseAction, string])[] = [
  [{ kind: 'create-role', role: 'owen' }, 'CREATE ROLE "owen" NOLOGIN'],
  [
    {
      kind: 'create-database',
      database: 'app',
      owner: 'owen',
      creation: { encoding: 'UTF8' },
      properties: { connectionLimit: 3 },
    },
    `CREATE DATABASE "app" OWNER "owen" ENCODING 'UTF8' CONNECTION LIMIT 3`,
  ],
  [{ kind: 'alter-database-owner', database: 'app', owner: 'owen' }, 'ALTER DATABASE "app" OWNER TO "owen"'],
  [
    { kind: 'alter-database-property', database: 'app', property: { name: 'connectionLimit', value: 3 } },
    'ALTER DATABASE "app" CONNECTION LIMIT 3',
  ],
  [{ kind: 'drop-database', database: 'app' }, 'DROP DATABASE IF EXISTS "app"'],
  [{ kind: 'create-schema', schema: 'geo', owner: 'owen' }, 'CREATE SCHEMA IF NOT EXISTS "geo" AUTHORIZATION "owen"'],
  [{ kind: 'alter-schema-owner', schema: 'geo', owner: 'owen' }, 'ALTER SCHEMA "geo" OWNER TO "owen"'],
  [{ kind: 'drop-schema', schema: 'geo' }, 'DROP SCHEMA IF EXISTS "geo"'],
  [
    { kind: 'create-extension', extension: 'vector', version: undefined, schema: 'geo', cascade: false },
    'CREATE EXTENSION IF NOT EXISTS "vector" SCHEMA "geo"',
  ],
  [
    { kind: 'create-extension', extension: 'uuid-ossp', version: '1.1', schema: undefined, cascade: true },
    `CREATE EXTENSION IF NOT EXISTS "uuid-ossp" VERSION '1.1' CASCADE`,
  ],
  [{ kind: 'update-extension', extension: 'vector', version: '0.8.7' }, `ALTER EXTENSION "vector" UPDATE TO '0.8.7'`],
  [{ kind: 'move-extension', extension: 'vector', schema: 'geo' }, 'ALTER EXTENSION "vector" SET SCHEMA "geo"'],
  [{ kind: 'drop-extension', extension: 'vector', cascade: false }, 'DROP EXTENSION IF EXISTS "vector"'],
  [{ kind: 'drop-extension', extension: 'vector', cascade: true }, 'DROP EXTENSION IF EXISTS "vector" CASCADE'],
  [
    { kind: 'alter-fdw-functions', fdw: 'files', handler: 'h', validator: undefined },
    'ALTER FOREIGN DATA WRAPPER "files" HANDLER "h"',
  ],
  [{ kind: 'alter-fdw-owner', fdw: 'files', owner: 'owen' }, 'ALTER FOREIGN DATA WRAPPER "files" OWNER TO "owen"'],
  [{ kind: 'drop-fdw', fdw: 'files' }, 'DROP FOREIGN DATA WRAPPER IF EXISTS "files"'],
  [{ kind: 'drop-server', server: 'far' }, 'DROP SERVER IF EXISTS "far"'],
  [
    { kind: 'change-usage', on: 'FOREIGN SERVER', name: 'far', usage: { name: 'olga', type: 'grant' } },
    'GRANT USAGE ON FOREIGN SERVER "far" TO "olga"',
  ],
  [
    { kind: 'change-usage', on: 'FOREIGN DATA WRAPPER', name: 'files', usage: { name: 'olga', type: 'revoke' } },
    'REVOKE USAGE ON FOREIGN DATA WRAPPER "files" FROM "olga"',
  ],
];

test.each(described)('%o is "%s" in the log', (action, text) => {
  expect(describeAction(action)).toBe(text);
});

test('the values of options are not in the log, they can be secrets', () => {
  const options = [anOption('password', 'hunter2')];
  const changes = [{ change: 'ADD', name: 'password', value: 'hunter2' }] as const;
  const actions: readonly DatabaseAction[] = [
    { kind: 'create-fdw', fdw: 'files', handler: undefined, validator: undefined, options },
    { kind: 'alter-fdw-options', fdw: 'files', changes },
    { kind: 'create-server', server: 'far', fdw: 'files', options },
    { kind: 'alter-server-options', server: 'far', changes },
  ];
  expect(actions.map(describeAction)).toEqual([
    `CREATE FOREIGN DATA WRAPPER "files" OPTIONS ("password" '…')`,
    `ALTER FOREIGN DATA WRAPPER "files" OPTIONS (ADD "password" '…')`,
    `CREATE SERVER IF NOT EXISTS "far" FOREIGN DATA WRAPPER "files" OPTIONS ("password" '…')`,
    `ALTER SERVER "far" OPTIONS (ADD "password" '…')`,
  ]);
});

test('a name cannot add lines to the log', () => {
  expect(describeAction({ kind: 'drop-schema', schema: 'a\nb' })).toBe('DROP SCHEMA IF EXISTS "a\\u000ab"');
});
