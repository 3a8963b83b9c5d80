import { describe, expect, test } from 'vitest';
import { extensionRows, neededUpdateTargets, planExtensions } from '../../../src/databases/plan-extensions.ts';
import {
  aDeclaration,
  aDeclaredExtension,
  anAvailableExtension,
  anInstalledExtension,
  extensionInputs,
} from '../../support/a-database.ts';

const absent = { ensure: 'absent' } as const;
const vector = anAvailableExtension('vector', { '0.8.6': {}, '0.8.7': {} });
const postgis = anAvailableExtension('postgis', { '1.0': {}, '2.0': {} });
const topology = anAvailableExtension('topology', {
  '1.0': { requires: ['postgis'] },
  '2.0': { requires: ['postgis'] },
});

function stepsOf(inputs: Parameters<typeof planExtensions>[0]): readonly string[] {
  return planExtensions(inputs).actions.map(({ item, action, after }) =>
    [action.kind.replace('-extension', ''), item.name, ...after.map(({ name }) => `after ${name}`)].join(' '),
  );
}

describe('an extension that is declared absent', () => {
  test('and is not there is in place', () => {
    const inputs = extensionInputs({ declared: [aDeclaredExtension('vector', absent)], available: [vector] });
    const item = { kind: 'extension', name: 'vector' };
    expect(planExtensions(inputs)).toEqual({
      items: [{ item, verdict: { kind: 'in-place', remark: undefined } }],
      actions: [],
    });
  });

  test('is dropped, with CASCADE only where that is declared, also when its files are gone', () => {
    const declared = [aDeclaredExtension('vector', absent), aDeclaredExtension('hstore', { ...absent, cascade: true })];
    const installed = [anInstalledExtension('vector'), anInstalledExtension('hstore')];
    expect(planExtensions(extensionInputs({ declared, installed })).actions.map(({ action }) => action)).toEqual([
      { kind: 'drop-extension', extension: 'hstore', cascade: true },
      { kind: 'drop-extension', extension: 'vector', cascade: false },
    ]);
  });

  test('is dropped after what requires it', () => {
    const declared = [aDeclaredExtension('postgis', absent), aDeclaredExtension('topology', absent)];
    const installed = [anInstalledExtension('postgis'), anInstalledExtension('topology')];
    expect(stepsOf(extensionInputs({ declared, installed, available: [postgis, topology] }))).toEqual([
      'drop topology',
      'drop postgis after topology',
    ]);
  });

  test('stays, even with cascade: true, as long as another one requires it that is declared present', () => {
    const declared = [aDeclaredExtension('postgis', { ...absent, cascade: true }), aDeclaredExtension('topology')];
    const installed = [anInstalledExtension('postgis'), anInstalledExtension('topology', { version: '2.0' })];
    const plan = planExtensions(extensionInputs({ declared, installed, available: [postgis, topology] }));
    expect(plan.actions).toEqual([]);
    expect(plan.items[0]?.verdict).toEqual({
      kind: 'blocked',
      remark: {
        reason: 'DependentsExist',
        message:
          'The extension postgis of the database app is declared with ensure: absent, but topology requires it and is declared present: keep postgis, or declare the other absent too.',
      },
    });
  });

  test('is not what another one may build on that is to be created', () => {
    const between = anAvailableExtension('between', { '1.0': { requires: ['postgis'] } });
    const top = anAvailableExtension('top', { '1.0': { requires: ['between'] } });
    const declared = [aDeclaredExtension('postgis', { ...absent, cascade: true }), aDeclaredExtension('top')];
    const installed = [anInstalledExtension('postgis'), anInstalledExtension('between')];
    const plan = planExtensions(extensionInputs({ declared, installed, available: [postgis, between, top] }));
    expect(plan.items[1]?.verdict).toMatchObject({
      kind: 'blocked',
      remark: {
        reason: 'DependencyMissing',
        message:
          'The extension top of the database app requires between, which requires postgis, which is declared with ensure: absent: keep postgis.',
      },
    });
  });

  test('may be plpgsql, about which the server decides', () => {
    expect(stepsOf(extensionInputs({ declared: [aDeclaredExtension('plpgsql', absent)] }))).toEqual(['drop plpgsql']);
  });
});

test('updates come first, then drops, moves and creations; what others require comes first in each', () => {
  const declared = [
    aDeclaredExtension('new'),
    aDeclaredExtension('moved', { schema: 'public' }),
    aDeclaredExtension('old', absent),
    aDeclaredExtension('topology', { version: '2.0' }),
    aDeclaredExtension('postgis', { update: 'default' }),
    aDeclaredExtension('base'),
  ];
  const installed = [
    anInstalledExtension('moved', { schema: 'elsewhere' }),
    anInstalledExtension('old'),
    anInstalledExtension('topology'),
    anInstalledExtension('postgis'),
  ];
  const available = [
    anAvailableExtension('new', { '1.0': { requires: ['base'] } }),
    ...['moved', 'old', 'base'].map((name) => anAvailableExtension(name)),
    postgis,
    topology,
  ];
  const updateTargets = new Map([
    ['topology', ['2.0']],
    ['postgis', ['2.0']],
  ]);
  expect(stepsOf(extensionInputs({ declared, installed, available, updateTargets }))).toEqual([
    'update postgis',
    'update topology after postgis',
    'drop old',
    'move moved',
    'create base',
    'create new after base',
  ]);
});

test('nothing is planned without a declaration, or in a database that is to go', () => {
  const installed = [anInstalledExtension('vector', { version: '0.8.6' })];
  const nothing = { items: [], actions: [] };
  expect(planExtensions(extensionInputs({ installed, available: [vector] }))).toEqual(nothing);
  const declaration = aDeclaration({ ensure: 'absent', extensions: [aDeclaredExtension('hstore')] });
  expect(planExtensions(extensionInputs({ declaration, installed, available: [vector] }))).toEqual(nothing);
});

describe('update paths are looked up', () => {
  const needed = (
    changes: Parameters<typeof aDeclaredExtension>[1] | undefined,
    others: Parameters<typeof extensionInputs>[0] = {},
  ) =>
    neededUpdateTargets(
      extensionInputs({
        ...(changes === undefined ? {} : { declared: [aDeclaredExtension('vector', changes)] }),
        installed: [anInstalledExtension('vector', { version: '0.8.6' })],
        available: [vector],
        ...others,
      }),
    );
  const fromThere = [{ extension: 'vector', from: '0.8.6' }];

  test('where the declared or the default version is another, declared or not', () => {
    expect(needed({ version: '0.8.7' })).toEqual(fromThere);
    expect(needed({ version: '9' }, { available: [anAvailableExtension('vector', { '0.8.6': {} })] })).toEqual(
      fromThere,
    );
    expect(needed({ update: 'default' })).toEqual(fromThere);
    expect(needed({})).toEqual(fromThere);
    expect(needed(undefined)).toEqual(fromThere);
  });

  test('for a declared version that is not the default one, since there is news', () => {
    expect(needed({ version: '0.8.6' })).toEqual(fromThere);
  });
  test('neither for what is to go, nor for what has no files', () => {
    expect(needed(absent)).toEqual([]);
    expect(needed({ version: '0.8.7' }, { available: [] })).toEqual([]);
    expect(needed(undefined, { available: [anAvailableExtension('vector', { '0.8.6': {} })] })).toEqual([]);
  });
});

describe('the rows', () => {
  const installed = [
    anInstalledExtension('vector', { version: '0.8.6', schema: 'ai' }),
    anInstalledExtension('zebra'),
    anInstalledExtension('adder'),
  ];
  const available = [vector, anAvailableExtension('hstore'), anAvailableExtension('zebra')];
  const remark = { reason: 'StatementFailed', message: 'No.' } as const;

  test('show what is declared in its order, then the others by name, plpgsql only if it is declared', () => {
    const declared = [aDeclaredExtension('hstore'), aDeclaredExtension('vector')];
    const inputs = extensionInputs({ declared, installed, available });
    expect(extensionRows(inputs, []).map(({ name, ensure }) => [name, ensure])).toEqual([
      ['hstore', 'present'],
      ['vector', 'present'],
      ['adder', null],
      ['zebra', null],
    ]);
    const withPlpgsql = extensionInputs({ declared: [aDeclaredExtension('plpgsql')] });
    expect(extensionRows(withPlpgsql, []).map(({ name }) => name)).toEqual(['plpgsql']);
  });

  test('show the versions: installed, desired, default', () => {
    const declared = [
      aDeclaredExtension('vector', { version: '0.8.7' }),
      aDeclaredExtension('zebra', { update: 'default' }),
      aDeclaredExtension('adder', absent),
      aDeclaredExtension('hstore'),
    ];
    const rows = extensionRows(extensionInputs({ declared, installed, available }), []);
    const versions = rows.map((row) => [row.installedVersion, row.desiredVersion, row.defaultVersion, row.schema]);
    expect(versions).toEqual([
      ['0.8.6', '0.8.7', '0.8.7', 'ai'],
      ['1.0', '1.0', '1.0', 'public'],
      ['1.0', undefined, undefined, 'public'],
      [undefined, undefined, '1.0', undefined],
    ]);
  });

  test('are applied when in place, not when blocked, and neither when due or waiting for promotion', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const verdicts = [
      { kind: 'in-place', remark: undefined },
      { kind: 'blocked', remark },
      { kind: 'due' },
      { kind: 'blocked', remark: { reason: 'WaitingForPromotion', message: 'Later.' } },
    ] as const;
    const inputs = extensionInputs({ declared: names.map((name) => aDeclaredExtension(name)) });
    const items = verdicts.map((verdict, index) => ({
      item: { kind: 'extension', name: names[index] ?? '' } as const,
      verdict,
    }));
    const other = { item: { kind: 'schema', name: 'e' } as const, verdict: verdicts[1] };
    const rows = extensionRows(inputs, [...items, other]);
    expect(rows.map(({ applied }) => applied)).toEqual([true, false, null, null, null]);
    expect(rows.map((row) => row.remark?.reason)).toEqual([
      undefined,
      'StatementFailed',
      undefined,
      'WaitingForPromotion',
      undefined,
    ]);
  });

  test('say of what nobody has declared that an update is there, or that a library is not', () => {
    const missingLibraries = new Map([['zebra', ['zebra']]]);
    const rows = extensionRows(extensionInputs({ installed, available, missingLibraries }), []);
    expect(rows.map(({ name, applied, remark: said }) => [name, applied, said?.reason])).toEqual([
      ['adder', null, undefined],
      ['vector', null, 'UpdateAvailable'],
      ['zebra', null, 'LibraryMissing'],
    ]);
  });
});
