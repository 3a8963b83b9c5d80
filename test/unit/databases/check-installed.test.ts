import { describe, expect, test } from 'vitest';
import { planExtensions } from '../../../src/databases/plan-extensions.ts';
import {
  aDeclaration,
  aDeclaredExtension,
  aDeclaredSchema,
  anAvailableExtension,
  anInstalledExtension,
  extensionInputs,
} from '../../support/a-database.ts';

const chain = anAvailableExtension('chain', { '1.0': {}, '1.1': {}, '1.2': {} });
const installed = [anInstalledExtension('chain', { version: '1.0' })];
const targets = new Map([['chain', ['1.1', '1.2']]]);

type Inputs = Parameters<typeof extensionInputs>[0];
type Changes = Parameters<typeof aDeclaredExtension>[1];

/** The plan for `chain`, which has version 1.0. */
function planned(changes: Changes, inputs: Inputs = {}): ReturnType<typeof planExtensions> {
  const declared = [aDeclaredExtension('chain', changes)];
  return planExtensions(
    extensionInputs({ declared, installed, available: [chain], updateTargets: targets, ...inputs }),
  );
}

function actionsFor(changes: Changes, inputs: Inputs = {}): readonly unknown[] {
  return planned(changes, inputs).actions.map(({ action }) => action);
}

function remarkFor(changes: Changes, inputs: Inputs = {}): string {
  const { items, actions } = planned(changes, inputs);
  const verdict = items[0]?.verdict;
  if (verdict === undefined || verdict.kind === 'due') return 'due';
  expect(actions).toEqual([]);
  return verdict.remark === undefined
    ? verdict.kind
    : `${verdict.kind} ${verdict.remark.reason}: ${verdict.remark.message}`;
}

const update = (version: string) => ({ kind: 'update-extension', extension: 'chain', version });
const move = (schema: string) => ({ kind: 'move-extension', extension: 'chain', schema });

describe('the version of an installed extension', () => {
  test('is updated to the declared one when there is a path', () => {
    expect(actionsFor({ version: '1.1' })).toEqual([update('1.1')]);
  });

  test('is updated to the default one when that is to be followed, even down', () => {
    expect(actionsFor({ update: 'default' })).toEqual([update('1.2')]);
    const available = [anAvailableExtension('chain', { '0.9': {} })];
    const updateTargets = new Map([['chain', ['0.9']]]);
    expect(actionsFor({ update: 'default' }, { available, updateTargets })).toEqual([update('0.9')]);
  });

  test('stays as it is when it is the declared one, and a newer one is worth a word', () => {
    expect(remarkFor({ version: '1.0' })).toContain('in-place UpdateAvailable');
    expect(remarkFor({ version: '1.0' }, { updateTargets: new Map([['chain', []]]) })).toBe('in-place');
  });

  test('stays as it is when it is the default one, without a word about others', () => {
    expect(remarkFor({ update: 'default' }, { available: [anAvailableExtension('chain')] })).toBe('in-place');
  });

  test('stays as it is when nothing is asked, but that another is available is said', () => {
    expect(remarkFor({})).toBe(
      'in-place UpdateAvailable: The extension chain of the database app has version 1.0, and 1.2 is available: write version: "1.2" or update: default to update it.',
    );
    expect(remarkFor({}, { available: [anAvailableExtension('chain')] })).toBe('in-place');
  });

  test('stays as it is when nothing is asked, but that no path leads to the default one is said', () => {
    expect(remarkFor({}, { updateTargets: new Map([['chain', []]]) })).toMatch(/^in-place NoUpdatePath: /);
  });

  test('has no path to the declared one: what can be reached is said', () => {
    const available = [anAvailableExtension('chain', { '1.0': {}, '1.1': {}, '2.0': {} })];
    expect(remarkFor({ version: '2.0' }, { available })).toBe(
      'blocked NoUpdatePath: The extension chain of the database app has version 1.0, from which no update path leads to 2.0; reachable: 1.2 and 1.1; choose one of these, or mount an image that has the scripts.',
    );
  });

  test('has no path to a version that does not exist: those that do are said', () => {
    expect(remarkFor({ version: '9.9' }, { updateTargets: new Map([['chain', []]]) })).toBe(
      'blocked NoUpdatePath: The extension chain of the database app has version 1.0, from which no update path leads to 9.9, which is not available on this server at all (available: 1.2, 1.1 and 1.0); no other version can be reached, so keep this one, or mount an image that has the scripts.',
    );
  });

  test('has no path to the default one that is to be followed', () => {
    expect(remarkFor({ update: 'default' }, { updateTargets: new Map([['chain', ['1.1']]]) })).toMatch(
      /^blocked NoUpdatePath: .* leads to 1\.2; reachable: 1\.1;/,
    );
  });

  test('can be reached by scripts alone, without one that creates it', () => {
    const updateTargets = new Map([['chain', ['1.3']]]);
    expect(actionsFor({ version: '1.3' }, { updateTargets })).toEqual([update('1.3')]);
  });

  test('requires something new that is not there', () => {
    const available = [anAvailableExtension('chain', { '1.0': {}, '1.1': { requires: ['base'] } })];
    const images = [{ name: 'basics', provides: ['base'], libraries: [] }];
    const withBase = [...available, anAvailableExtension('base')];
    expect(remarkFor({ version: '1.1' }, { available })).toMatch(
      /^blocked DependencyMissing: .* updated to 1\.1 without base, which is not installed there: declare base too, and mount/,
    );
    expect(remarkFor({ version: '1.1' }, { available: withBase, images })).toMatch(
      /: declare base too \(the image basics provides it\)\.$/,
    );
    const declared = [aDeclaredExtension('chain', { version: '1.1' }), aDeclaredExtension('base')];
    expect(remarkFor({}, { declared, available: [...available, anAvailableExtension('base', {})] })).toMatch(
      /^blocked DependencyMissing: .* without base, which is declared but not installed there yet/,
    );
  });

  test('is not known because its files are gone: nothing is tried', () => {
    const images = [{ name: 'pgchain', provides: ['chain'], libraries: [] }];
    const gone = 'blocked ExtensionNotAvailable: The extension chain of the database app is installed with version 1.0';
    for (const changes of [{}, { version: '1.1' }, { update: 'default' }, { schema: 'geo' }] as const) {
      expect(remarkFor(changes, { available: [], updateTargets: new Map() })).toBe(
        `${gone}, but its files are gone: mount an image that provides it and list that image under extensions.`,
      );
    }
    expect(remarkFor({}, { available: [], images })).toContain(
      'the image pgchain provides it, but the server does not',
    );
  });
});

describe('the libraries of an installed extension are gone', () => {
  const missingLibraries = new Map([['chain', ['chain-1.0']]]);

  test('an update that is due is the remedy', () => {
    expect(actionsFor({ version: '1.1' }, { missingLibraries })).toEqual([update('1.1')]);
  });

  test('without one it is said which version helps', () => {
    expect(remarkFor({}, { missingLibraries })).toBe(
      'blocked LibraryMissing: The extension chain of the database app has version 1.0 and needs the library chain-1.0, which the server does not find: write version: "1.2" or update: default to update it, or mount the image of version 1.0 again.',
    );
    const updateTargets = new Map([['chain', ['1.1']]]);
    expect(remarkFor({ version: '1.0' }, { missingLibraries, updateTargets })).toContain(': write version: "1.1" to');
    expect(remarkFor({}, { missingLibraries, updateTargets: new Map([['chain', []]]) })).toMatch(
      /does not find: mount the image of version 1\.0 again\.$/,
    );
  });

  test('and its other files as well', () => {
    expect(remarkFor({ version: '1.1' }, { missingLibraries, available: [] })).toMatch(
      /^blocked LibraryMissing: .* does not find: its other files are gone, too: mount an image/,
    );
  });
});

describe('the schema of an installed extension', () => {
  const schemas = [aDeclaredSchema('geo')];

  test('is changed when the extension is relocatable, after the schema is there', () => {
    const declaration = aDeclaration({ extensions: [aDeclaredExtension('chain', { schema: 'geo' })], schemas });
    const inputs = extensionInputs({ declaration, installed, available: [chain], updateTargets: targets });
    expect(planExtensions(inputs).actions).toEqual([
      { item: { kind: 'extension', name: 'chain' }, action: move('geo'), after: [{ kind: 'schema', name: 'geo' }] },
    ]);
  });

  test('is changed after the update', () => {
    const fixed = [anInstalledExtension('chain', { relocatable: false, schema: 'other' })];
    expect(actionsFor({ version: '1.2', schema: 'public' }, { installed: fixed })).toEqual([
      update('1.2'),
      move('public'),
    ]);
  });

  test('is changed although the version cannot be, and the other way round', () => {
    const elsewhere = [anInstalledExtension('chain', { schema: 'other' })];
    expect(actionsFor({ version: '9.9', schema: 'public' }, { installed: elsewhere })).toEqual([move('public')]);
    expect(actionsFor({ version: '1.1', schema: 'nowhere' })).toEqual([update('1.1')]);
  });

  test('cannot be changed when it is not relocatable', () => {
    const fixed = [anInstalledExtension('chain', { relocatable: false })];
    expect(remarkFor({ schema: 'geo' }, { installed: fixed })).toBe(
      'blocked NotRelocatable: The extension chain of the database app is in the schema public and cannot be moved to geo, because it is not relocatable: write schema: public, or drop it and let it be created anew.',
    );
  });

  test('cannot be one that is missing or that belongs to PostgreSQL, unless it is there already', () => {
    expect(remarkFor({ schema: 'geo' })).toMatch(/^blocked SchemaMissing: /);
    expect(remarkFor({ schema: 'pg_catalog' })).toMatch(/^blocked SchemaReserved: /);
    const inside = [anInstalledExtension('chain', { version: '1.2', schema: 'pg_catalog' })];
    expect(remarkFor({ schema: 'pg_catalog' }, { installed: inside })).toBe('in-place');
  });
});
