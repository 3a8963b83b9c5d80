import { describe, expect, test } from 'vitest';
import { combinePlans } from '../../../src/databases/combine-plans.ts';
import type { DatabaseAction, ItemKey } from '../../../src/databases/database-action.ts';
import type { DatabasePlan } from '../../../src/databases/database-plan.ts';
import { holdBack } from '../../../src/databases/hold-back.ts';
import { joinItems, plannedItem } from '../../../src/databases/planned-item.ts';

const schema = (name: string): ItemKey => ({ kind: 'schema', name });
const extension = (name: string): ItemKey => ({ kind: 'extension', name });
const fdw = (name: string): ItemKey => ({ kind: 'fdw', name });
const server = (name: string): ItemKey => ({ kind: 'server', name });

const createExtension = (name: string): DatabaseAction => ({
  kind: 'create-extension',
  extension: name,
  version: undefined,
  schema: undefined,
  cascade: false,
});
const createFdw: DatabaseAction = {
  kind: 'create-fdw',
  fdw: 'files',
  handler: undefined,
  validator: undefined,
  options: [],
};
const createServer: DatabaseAction = { kind: 'create-server', server: 'far', fdw: 'files', options: [] };

const kinds = (plan: DatabasePlan) => plan.actions.map(({ action }) => action.kind);

describe('the order of what is done in a database', () => {
  test('is updates, drops from the outside in, then schemas, moves and creations', () => {
    const plan = combinePlans([
      plannedItem(schema('new'), [{ kind: 'create-schema', schema: 'new', owner: undefined }]),
      plannedItem(schema('old'), [{ kind: 'drop-schema', schema: 'old' }]),
      plannedItem(extension('vector'), [createExtension('vector')]),
      plannedItem(extension('hstore'), [{ kind: 'move-extension', extension: 'hstore', schema: 'new' }]),
      plannedItem(extension('cube'), [{ kind: 'drop-extension', extension: 'cube', cascade: false }]),
      plannedItem(extension('timescaledb'), [{ kind: 'update-extension', extension: 'timescaledb', version: '2' }]),
      plannedItem(fdw('oldfdw'), [{ kind: 'drop-fdw', fdw: 'oldfdw' }]),
      plannedItem(server('oldserver'), [{ kind: 'drop-server', server: 'oldserver' }]),
    ]);
    expect(kinds(plan)).toEqual([
      'update-extension',
      'drop-server',
      'drop-fdw',
      'drop-extension',
      'create-schema',
      'move-extension',
      'drop-schema',
      'create-extension',
    ]);
  });

  test('of wrappers and servers is wrapper, its owner, server, grants', () => {
    const usage = { name: 'olga', type: 'grant' } as const;
    const plan = combinePlans([
      plannedItem(server('far'), [createServer, { kind: 'change-usage', on: 'FOREIGN SERVER', name: 'far', usage }]),
      plannedItem(fdw('files'), [createFdw, { kind: 'alter-fdw-owner', fdw: 'files', owner: 'owen' }]),
    ]);
    expect(kinds(plan)).toEqual(['create-fdw', 'alter-fdw-owner', 'create-server', 'change-usage']);
  });

  test('is the functions of a wrapper before the options of its servers, which its validator checks', () => {
    const changes = [{ change: 'ADD', name: 'host', value: 'db' }] as const;
    const plan = combinePlans([
      plannedItem(server('far'), [{ kind: 'alter-server-options', server: 'far', changes }]),
      plannedItem(fdw('files'), [
        { kind: 'alter-fdw-functions', fdw: 'files', handler: undefined, validator: 'files_validator' },
      ]),
    ]);
    expect(kinds(plan)).toEqual(['alter-fdw-functions', 'alter-server-options']);
  });

  test('among the same kind is the one in which they were planned', () => {
    const names = ['c', 'a', 'b'];
    const plan = combinePlans(names.map((name) => plannedItem(extension(name), [createExtension(name)])));
    expect(plan.actions.map(({ item }) => item.name)).toEqual(names);
  });

  test('leaves the rows of the status in the order of the declaration', () => {
    const items = [extension('vector'), fdw('files'), schema('old')];
    expect(combinePlans(items.map((item) => plannedItem(item, []))).items.map(({ item }) => item)).toEqual(items);
  });
});

describe('wrappers and servers', () => {
  const ofExtension = plannedItem(extension('files'), [createExtension('files')]);
  const foreign = joinItems([
    plannedItem(fdw('files'), [createFdw]),
    plannedItem(server('far'), [createServer], undefined, [fdw('files')]),
    plannedItem(server('gone'), [{ kind: 'drop-server', server: 'gone' }]),
  ]);

  test('wait for the next look when an extension is made, which may bring them along', () => {
    const plan = combinePlans([ofExtension, foreign]);
    expect(kinds(plan)).toEqual(['drop-server', 'create-extension']);
    expect(plan.items.map(({ verdict }) => verdict.kind)).toEqual(['due', 'due', 'due', 'due']);
  });

  test('wait for the next look when an extension is updated, which may change them', () => {
    const update: DatabaseAction = { kind: 'update-extension', extension: 'files', version: '2' };
    const plan = combinePlans([foreign, plannedItem(extension('files'), [update])]);
    expect(kinds(plan)).toEqual(['update-extension', 'drop-server']);
  });

  test('do not wait for an extension that is held back', () => {
    const remark = { reason: 'StatementFailed', message: 'It failed a moment ago.' } as const;
    const held = holdBack(joinItems([ofExtension, foreign]), ({ kind }) => (kind === 'extension' ? remark : undefined));
    expect(kinds(combinePlans([held]))).toEqual(['drop-server', 'create-fdw', 'create-server']);
  });

  test('do not wait for an extension that is only dropped or moved', () => {
    const dropped = plannedItem(extension('cube'), [{ kind: 'drop-extension', extension: 'cube', cascade: false }]);
    expect(kinds(combinePlans([dropped, foreign]))).toContain('create-fdw');
  });
});

test('nothing makes nothing', () => {
  expect(combinePlans([])).toEqual({ items: [], actions: [] });
});
