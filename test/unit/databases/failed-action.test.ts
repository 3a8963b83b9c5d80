import { expect, test } from 'vitest';
import type { DatabaseAction } from '../../../src/databases/database-action.ts';
import { failedAction } from '../../../src/databases/failed-action.ts';

const functions = { handler: undefined, validator: undefined };

test.each<readonly [DatabaseAction, string]>([
  [{ kind: 'create-role', role: 'r' }, 'The role r, the owner of the database app, cannot be created'],
  [
    { kind: 'create-database', database: 'app', owner: undefined, creation: {}, properties: {} },
    'The database app cannot be created',
  ],
  [{ kind: 'alter-database-owner', database: 'app', owner: 'r' }, 'The database app cannot be given to the role r'],
  [
    { kind: 'alter-database-property', database: 'app', property: { name: 'connectionLimit', value: 5 } },
    'The database app cannot get connectionLimit 5',
  ],
  [{ kind: 'drop-database', database: 'app' }, 'The database app cannot be dropped'],
  [
    { kind: 'create-schema', schema: 'a b', owner: undefined },
    'The schema "a b" of the database app cannot be created',
  ],
  [
    { kind: 'alter-schema-owner', schema: 's', owner: 'r' },
    'The schema s of the database app cannot be given to the role r',
  ],
  [{ kind: 'drop-schema', schema: 's' }, 'The schema s of the database app cannot be dropped'],
  [
    { kind: 'update-extension', extension: 'x', version: '1.1' },
    'The extension x of the database app cannot be updated to 1.1',
  ],
  [
    { kind: 'move-extension', extension: 'x', schema: 's' },
    'The extension x of the database app cannot be moved to the schema s',
  ],
  [{ kind: 'drop-extension', extension: 'x', cascade: true }, 'The extension x of the database app cannot be dropped'],
  [
    { kind: 'create-fdw', fdw: 'w', ...functions, options: [] },
    'The foreign data wrapper w of the database app cannot be created',
  ],
  [
    { kind: 'alter-fdw-functions', fdw: 'w', ...functions },
    'The foreign data wrapper w of the database app cannot be altered',
  ],
  [
    { kind: 'alter-fdw-options', fdw: 'w', changes: [] },
    'The foreign data wrapper w of the database app cannot be altered',
  ],
  [
    { kind: 'alter-fdw-owner', fdw: 'w', owner: 'r' },
    'The foreign data wrapper w of the database app cannot be given to the role r',
  ],
  [{ kind: 'drop-fdw', fdw: 'w' }, 'The foreign data wrapper w of the database app cannot be dropped'],
  [
    { kind: 'create-server', server: 's', fdw: 'w', options: [] },
    'The foreign server s of the database app cannot be created',
  ],
  [
    { kind: 'alter-server-options', server: 's', changes: [] },
    'The foreign server s of the database app cannot be altered',
  ],
  [{ kind: 'drop-server', server: 's' }, 'The foreign server s of the database app cannot be dropped'],
  [
    { kind: 'change-usage', on: 'FOREIGN SERVER', name: 's', usage: { name: 'r', type: 'grant' } },
    'The foreign server s of the database app: USAGE cannot be granted to r',
  ],
  [
    { kind: 'change-usage', on: 'FOREIGN DATA WRAPPER', name: 'w', usage: { name: 'r', type: 'revoke' } },
    'The foreign data wrapper w of the database app: USAGE cannot be revoked from r',
  ],
])('%j begins the sentence about itself', (action, words) => {
  expect(failedAction(action, 'app')).toBe(words);
});
