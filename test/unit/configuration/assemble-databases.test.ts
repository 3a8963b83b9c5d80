import { expect, test } from 'vitest';
import { assembleDatabase } from '../../../src/configuration/assemble-databases.ts';

test('assembleDatabase spells out what was not said', () => {
  const nulls = { owner: null, ensure: null, extensions: null, template: null, connection_limit: null };
  const spelled = {
    name: 'app',
    owner: undefined,
    createOwner: false,
    ensure: 'present',
    creation: {},
    properties: {},
    schemas: [],
    extensions: [],
    fdws: [],
    servers: [],
  };
  expect(assembleDatabase({ name: 'app' })).toStrictEqual(spelled);
  expect(assembleDatabase({ name: 'app', ...nulls })).toStrictEqual(spelled);
});

test('assembleDatabase keeps false and 0, which are something, but no empty text', () => {
  const { creation, properties } = assembleDatabase({
    name: 'a',
    icu_rules: '',
    is_template: false,
    allow_connections: false,
    connection_limit: 0,
  });
  expect(creation).toStrictEqual({});
  expect(properties).toStrictEqual({ isTemplate: false, allowConnections: false, connectionLimit: 0 });
});

test('assembleDatabase fills in extensions, options and usage', () => {
  const database = assembleDatabase({
    name: 'a',
    extensions: [{ name: 'vector', cascade: true }],
    fdws: [{ name: 'f', handler: '-', options: [{ name: 'o', ensure: 'absent' }], usage: [{ name: 'me' }] }],
    servers: [{ name: 's', fdw: 'f' }],
    schemas: [{ name: 'x', owner: 'me' }],
  });
  expect(database).toMatchObject({
    extensions: [{ name: 'vector', ensure: 'present', version: undefined, update: 'manual', cascade: true }],
    fdws: [
      { handler: '-', options: [{ name: 'o', value: '', ensure: 'absent' }], usage: [{ name: 'me', type: 'grant' }] },
    ],
    servers: [{ name: 's', ensure: 'present', fdw: 'f', options: [], usage: [] }],
    schemas: [{ name: 'x', ensure: 'present', owner: 'me' }],
  });
});

test('assembleDatabase expects nothing within a database that is to be absent', () => {
  const database = assembleDatabase({ name: 'a', ensure: 'absent', extensions: [{ name: 'b' }] });
  expect(database).toMatchObject({ ensure: 'absent', extensions: [] });
});
