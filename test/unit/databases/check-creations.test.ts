import { describe, expect, test } from 'vitest';
import { planExtensions } from '../../../src/databases/plan-extensions.ts';
import {
  aDatabaseCatalog,
  aDeclaration,
  aDeclaredExtension,
  aDeclaredSchema,
  anAvailableExtension,
  anInstalledExtension,
  extensionInputs,
} from '../../support/a-database.ts';

const routing = anAvailableExtension('pgrouting', { '4.0': { requires: ['postgis'] } });
const postgis = anAvailableExtension('postgis', { '3.6': { relocatable: false } });
const postgisImage = { name: 'postgis', provides: ['postgis'], libraries: ['postgis-3.so'] };

/** What the plan says, one line for each item and each action. */
function told(inputs: Parameters<typeof planExtensions>[0]): readonly string[] {
  const plan = planExtensions(inputs);
  return [
    ...plan.items.flatMap(({ verdict }) =>
      verdict.kind === 'blocked' ? [`${verdict.remark.reason}: ${verdict.remark.message}`] : [],
    ),
    ...plan.actions.map(({ action, after }) => {
      const waits = after.length === 0 ? '' : ` after ${after.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`;
      if (action.kind !== 'create-extension') return `${action.kind}${waits}`;
      const { extension, version, schema, cascade } = action;
      return [extension, version, schema, cascade ? 'cascade' : undefined].filter(Boolean).join(' ') + waits;
    }),
  ];
}

describe('an extension that is declared and missing', () => {
  test('is created with the version, the schema and the CASCADE of the declaration, and with nothing else', () => {
    const catalog = aDatabaseCatalog({
      schemas: new Map([
        ['public', 'x'],
        ['geo', 'x'],
      ]),
    });
    const available = [anAvailableExtension('vector', { '0.8.6': {}, '0.8.7': {} }), anAvailableExtension('hstore')];
    const declared = [
      aDeclaredExtension('vector', { version: '0.8.6', schema: 'geo', cascade: true }),
      aDeclaredExtension('hstore', { update: 'default' }),
    ];
    expect(told(extensionInputs({ declared, available, catalog }))).toEqual(['vector 0.8.6 geo cascade', 'hstore']);
  });

  test('comes after what it requires, whatever the order of the declaration', () => {
    const declared = [aDeclaredExtension('pgrouting'), aDeclaredExtension('postgis')];
    expect(told(extensionInputs({ declared, available: [routing, postgis] }))).toEqual([
      'postgis',
      'pgrouting after extension postgis',
    ]);
  });

  test('needs what the version requires that is wanted', () => {
    const available = [anAvailableExtension('a', { '1.0': {}, '2.0': { requires: ['gone'] } })];
    expect(told(extensionInputs({ declared: [aDeclaredExtension('a', { version: '1.0' })], available }))).toEqual([
      'a 1.0',
    ]);
  });
});

describe('an extension that is not available', () => {
  test('is taken for the name of the image that provides another', () => {
    const images = [{ name: 'pgvector', provides: ['vector'], libraries: ['vector.so'] }];
    const available = [anAvailableExtension('vector')];
    expect(told(extensionInputs({ declared: [aDeclaredExtension('pgvector')], available, images }))).toEqual([
      'ExtensionNotAvailable: The extension pgvector of the database app is not available on this server: the image pgvector provides vector, so write name: vector.',
    ]);
  });

  test('may be the name of an image with libraries only, or with several extensions', () => {
    const images = [
      { name: 'wal2json', provides: [], libraries: ['wal2json.so'] },
      { name: 'gis', provides: ['postgis', 'postgis_raster'], libraries: [] },
    ];
    const declared = [aDeclaredExtension('wal2json'), aDeclaredExtension('gis')];
    expect(told(extensionInputs({ declared, images }))).toEqual([
      expect.stringContaining('the image wal2json provides libraries but no extension, so nothing is to be created'),
      expect.stringContaining('the image gis provides postgis and postgis_raster, so write one of these names.'),
    ]);
  });

  test('is taken for the one with nearly the same name', () => {
    const available = [anAvailableExtension('uuid-ossp')];
    expect(told(extensionInputs({ declared: [aDeclaredExtension('uuid_osp')], available }))).toEqual([
      expect.stringContaining(': uuid-ossp is, so write name: uuid-ossp if that is meant.'),
    ]);
  });

  test('asks for an image, or for a look at the one that should have it', () => {
    const images = [{ name: 'pgaudit', provides: ['pgaudit'], libraries: [] }];
    const declared = [aDeclaredExtension('";--'), aDeclaredExtension('pgaudit')];
    expect(told(extensionInputs({ declared, images }))).toEqual([
      'ExtensionNotAvailable: The extension "";--" of the database app is not available on this server: mount an image that provides it and list that image under extensions.',
      expect.stringContaining('the image pgaudit provides it, but the server does not find it yet'),
    ]);
  });

  test('with a version: the versions that are available are named, and one that suffers suffers alone', () => {
    const available = [anAvailableExtension('vector', { '0.8.9': {}, '0.8.10': {} }), anAvailableExtension('hstore')];
    const declared = [aDeclaredExtension('vector', { version: '9.9' }), aDeclaredExtension('hstore')];
    expect(told(extensionInputs({ declared, available }))).toEqual([
      'VersionNotAvailable: The extension vector of the database app cannot be created with version: "9.9", which is not available on this server; available are 0.8.10 and 0.8.9: write one of them as version, or mount an image that has the other.',
      'hstore',
    ]);
  });

  test('with its default version: the control file names none, or there is no script for it', () => {
    const available = [
      anAvailableExtension('a', { '1.0': {} }, { defaultVersion: undefined }),
      anAvailableExtension('b', {}, { defaultVersion: '2.0' }),
    ];
    expect(told(extensionInputs({ declared: [aDeclaredExtension('a'), aDeclaredExtension('b')], available }))).toEqual([
      expect.stringMatching(/^VersionNotAvailable: .*because its control file names none; available are 1\.0/),
      expect.stringMatching(/^VersionNotAvailable: .*its default version 2\.0, for which there is no script/),
    ]);
  });
});

describe('what an extension requires', () => {
  test('and nobody has declared: the image that provides it and the two ways out are named', () => {
    const declared = [aDeclaredExtension('pgrouting')];
    const available = [routing, postgis];
    expect(told(extensionInputs({ declared, available, images: [postgisImage] }))).toEqual([
      'DependencyMissing: The extension pgrouting of the database app requires postgis, which is not installed there: declare postgis too (the image postgis provides it), or set cascade: true for pgrouting.',
    ]);
  });

  test('comes along with cascade: true', () => {
    const declared = [aDeclaredExtension('pgrouting', { cascade: true })];
    expect(told(extensionInputs({ declared, available: [routing, postgis] }))).toEqual(['pgrouting cascade']);
  });

  test('does not come along when no image has it, even by way of another', () => {
    const between = anAvailableExtension('between', { '1.0': { requires: ['postgis'] } });
    const far = anAvailableExtension('far', { '1.0': { requires: ['between'] } });
    for (const cascade of [true, false]) {
      const declared = [aDeclaredExtension('pgrouting', { cascade })];
      expect(told(extensionInputs({ declared, available: [routing] }))).toEqual([
        'DependencyMissing: The extension pgrouting of the database app requires postgis, which is not installed there, and which no image provides that the server finds: mount an image that provides it and list that image under extensions.',
      ]);
    }
    const declared = [aDeclaredExtension('far', { cascade: true })];
    expect(told(extensionInputs({ declared, available: [between, far] }))).toEqual([
      expect.stringMatching(/^DependencyMissing: The extension far .* requires postgis, which is not installed there/),
    ]);
  });

  test('does not come along when there is no script for its default version', () => {
    const available = [routing, anAvailableExtension('postgis', { '3.6': {} }, { defaultVersion: '3.7' })];
    expect(
      told(extensionInputs({ declared: [aDeclaredExtension('pgrouting', { cascade: true })], available })),
    ).toEqual([
      'DependencyMissing: The extension pgrouting of the database app requires postgis, which has no script for a default version: declare postgis with a version that has one.',
    ]);
  });

  test('is installed already, and that is enough', () => {
    const installed = [anInstalledExtension('postgis')];
    expect(
      told(extensionInputs({ declared: [aDeclaredExtension('pgrouting')], installed, available: [routing] })),
    ).toEqual(['pgrouting']);
  });

  test('is declared but cannot be created: that is waited for', () => {
    const declared = [aDeclaredExtension('pgrouting', { cascade: true }), aDeclaredExtension('postgis')];
    expect(told(extensionInputs({ declared, available: [routing] }))).toEqual([
      'DependencyMissing: The extension pgrouting of the database app waits for postgis, which is not available on this server: see what is said about postgis.',
      expect.stringMatching(/^ExtensionNotAvailable: The extension postgis /),
    ]);
  });

  test('is declared absent: a contradiction, installed or not, with CASCADE or without', () => {
    for (const cascade of [true, false]) {
      const declared = [
        aDeclaredExtension('pgrouting', { cascade }),
        aDeclaredExtension('postgis', { ensure: 'absent' }),
      ];
      const inputs = extensionInputs({ declared, available: [routing, postgis] });
      expect(told(inputs)).toEqual([
        'DependencyMissing: The extension pgrouting of the database app requires postgis, which is declared with ensure: absent: keep postgis, or take this one off the list.',
      ]);
    }
  });

  test('comes along with another one that has cascade: true, and so before', () => {
    const raster = anAvailableExtension('raster', { '1.0': { requires: ['postgis'] } });
    const declared = [aDeclaredExtension('raster'), aDeclaredExtension('pgrouting', { cascade: true })];
    expect(told(extensionInputs({ declared, available: [routing, postgis, raster] }))).toEqual([
      'pgrouting cascade',
      'raster after extension pgrouting',
    ]);
  });

  test('does not come along with one that itself waits for it', () => {
    const last = anAvailableExtension('last', { '1.0': { requires: ['pgrouting', 'postgis'] } });
    const declared = [aDeclaredExtension('pgrouting'), aDeclaredExtension('last', { cascade: true })];
    expect(told(extensionInputs({ declared, available: [routing, postgis, last] }))).toEqual([
      expect.stringMatching(/^DependencyMissing: The extension pgrouting .* requires postgis.*set cascade: true/),
      expect.stringMatching(/^DependencyMissing: The extension last .* waits for pgrouting, which lacks something/),
    ]);
  });

  test('requires it in turn: neither can be created, and the others can', () => {
    const a = anAvailableExtension('a', { '1.0': { requires: ['b'] } });
    const b = anAvailableExtension('b', { '1.0': { requires: ['a'] } });
    const available = [a, b, anAvailableExtension('c')];
    const both = [aDeclaredExtension('a'), aDeclaredExtension('b'), aDeclaredExtension('c')];
    expect(told(extensionInputs({ declared: both, available }))).toEqual([
      expect.stringMatching(/^DependencyMissing: The extension a .* waits for b/),
      expect.stringMatching(/^DependencyMissing: The extension b .* requires a in a circle/),
      'c',
    ]);
    const withCascade = [aDeclaredExtension('a', { cascade: true })];
    expect(told(extensionInputs({ declared: withCascade, available }))).toEqual([
      expect.stringMatching(/^DependencyMissing: The extension a .* requires a in a circle/),
    ]);
  });
});

describe('the schema of an extension that is to be created', () => {
  const hstore = anAvailableExtension('hstore');
  const fixed = anAvailableExtension('fixed', { '1.0': { schema: 'own', relocatable: false } });
  const inSchema = (schema: string) => [aDeclaredExtension('hstore', { schema })];

  test('is missing: create it or declare it', () => {
    expect(told(extensionInputs({ declared: inSchema('geo'), available: [hstore] }))).toEqual([
      'SchemaMissing: The extension hstore of the database app is to be in the schema geo, which does not exist: create it, declare it under schemas, or choose another.',
    ]);
  });

  test('is declared: it comes first', () => {
    const declaration = aDeclaration({ extensions: inSchema('geo'), schemas: [aDeclaredSchema('geo')] });
    expect(told(extensionInputs({ declaration, available: [hstore] }))).toEqual(['hstore geo after schema geo']);
  });

  test('is declared absent: a contradiction', () => {
    const schemas = [aDeclaredSchema('public', { ensure: 'absent' })];
    const declaration = aDeclaration({ extensions: [aDeclaredExtension('hstore')], schemas });
    expect(told(extensionInputs({ declaration, available: [hstore] }))).toEqual([
      expect.stringMatching(/^SchemaMissing: .* in the schema public, which is declared with ensure: absent/),
    ]);
  });

  test.each(['pg_catalog', 'information_schema', 'pg_mine'])('may not be %s', (schema) => {
    expect(told(extensionInputs({ declared: inSchema(schema), available: [hstore] }))).toEqual([
      expect.stringMatching(/^SchemaReserved: .*belongs to PostgreSQL itself/),
    ]);
  });

  test('is pg_catalog where the control file prescribes it, said or not', () => {
    const available = [anAvailableExtension('internal', { '1.0': { schema: 'pg_catalog', relocatable: false } })];
    const declared = [aDeclaredExtension('internal', { schema: 'pg_catalog' })];
    expect(told(extensionInputs({ declared, available }))).toEqual(['internal pg_catalog']);
    expect(told(extensionInputs({ declared: [aDeclaredExtension('internal')], available }))).toEqual(['internal']);
  });

  test('is prescribed by the control file: another one is refused', () => {
    const declared = [aDeclaredExtension('fixed', { schema: 'public' })];
    expect(told(extensionInputs({ declared, available: [fixed] }))).toEqual([
      'NotRelocatable: The extension fixed of the database app cannot be created in the schema public, because its control file prescribes own: write schema: own, or leave it out.',
    ]);
  });

  test('is prescribed and missing: CREATE EXTENSION makes it, as long as the statement does not name it', () => {
    const declared = [aDeclaredExtension('fixed', { schema: 'own' })];
    expect(told(extensionInputs({ declared, available: [fixed] }))).toEqual(['fixed']);
    const declaration = aDeclaration({ extensions: declared, schemas: [aDeclaredSchema('own', { owner: 'app' })] });
    expect(told(extensionInputs({ declaration, available: [fixed] }))).toEqual(['fixed own after schema own']);
  });

  test('is not said, and there is no public', () => {
    const catalog = aDatabaseCatalog({ schemas: new Map() });
    const declared = [aDeclaredExtension('hstore')];
    expect(told(extensionInputs({ declared, available: [hstore], catalog }))).toEqual([
      expect.stringMatching(/^SchemaMissing: .* in the schema public, which does not exist/),
    ]);
  });
});
